using Mik.Server.Modules;
using Mik.Server.Paths;
using Mik.Server.Problems;
using Mik.Server.Scripts;
using Mik.Server.StaticFiles;

namespace Mik.Server.Pipeline;

/// <summary>Request target → <see cref="Route"/>. The only place that knows the server's URL space.</summary>
internal sealed class RouteTable
{
    private const string RunPrefix = "/run/";
    private const string TenantPrefix = "/tenant/";
    private const string ScriptPrefix = "/script/";
    private const string ScriptWord = "script";
    private const string Routes = "Modules are served at /run/<module>/.";

    private readonly ModuleSet _modules;
    private readonly ScriptSet? _scripts;
    private readonly TenantScripts? _tenantScripts;
    private readonly bool _hasFiles;
    private readonly Func<string, IEnumerable<string>, string?>? _nearest;

    /// <summary>A table over the modules and, if there are any, the scripts and files that are served.</summary>
    public RouteTable(
        ModuleSet modules, ScriptSet? scripts = null, bool hasFiles = false, TenantScripts? tenantScripts = null,
        Func<string, IEnumerable<string>, string?>? nearest = null)
    {
        _nearest = nearest;
        _modules = modules;
        _scripts = scripts;
        _tenantScripts = tenantScripts;
        _hasFiles = hasFiles;
    }

    /// <summary>Finds where a request goes.</summary>
    public Route Find(string rawTarget)
    {
        var target = RequestTarget.Parse(rawTarget);
        if (target.Path.StartsWith(RunPrefix, StringComparison.Ordinal))
        {
            return FindModule(target);
        }

        if (_modules.HasTenants && target.Path.StartsWith(TenantPrefix, StringComparison.Ordinal))
        {
            return FindTenant(target);
        }

        if (_scripts is not null && target.Path.StartsWith(ScriptPrefix, StringComparison.Ordinal))
        {
            return FindScript(target.Path.AsSpan(ScriptPrefix.Length), target.Query, _scripts);
        }

        if (_hasFiles && target.Path.StartsWith(StaticPath.Root, StringComparison.Ordinal)
            && (target.Path.Length == StaticPath.Root.Length || target.Path[StaticPath.Root.Length] == '/'))
        {
            return Route.ToFile(target.Path[StaticPath.Root.Length..]);
        }

        return target.Path is "/health" or "/health/live" or "/health/ready" or "/metrics"
            ? Route.BuiltIn(target.Path)
            : Route.None(ProblemKind.NotFound, $"There is nothing at this path. {Routes}{MeantRoute(target.Path)}");
    }

    private Route FindModule(RequestTarget target)
    {
        var afterPrefix = target.Path.AsSpan(RunPrefix.Length);
        if (!TryTakeName(ref afterPrefix, "module", out var name, out var problem))
        {
            return problem;
        }

        return _modules.TryFind(name, out var module) && !module.Config.IsMiddleware
            ? Route.To(module, Rest(afterPrefix, target.Query))
            : Route.None(
                ProblemKind.ModuleNotFound,
                $"There is no module named '{name}'.{Meant(RunPrefix, name.ToString(), _modules.OfPlatform.Select(known => known.Config.Name))}");
    }

    private Route FindTenant(RequestTarget target)
    {
        var afterPrefix = target.Path.AsSpan(TenantPrefix.Length);
        if (!TryTakeName(ref afterPrefix, "tenant", out var tenant, out var problem))
        {
            return problem;
        }

        if (afterPrefix.Length > 0)
        {
            afterPrefix = afterPrefix[1..];
        }

        if (!TryTakeName(ref afterPrefix, "module", out var name, out problem))
        {
            return problem;
        }

        // A tenant's module of this name is reached as long as the tenant has no scripts.
        if (name is ScriptWord && _tenantScripts?.Find(tenant.ToString()) is { } scripts)
        {
            return FindScript(afterPrefix.TrimStart('/'), target.Query, scripts);
        }

        return _modules.TryFind(tenant, name, out var module)
            ? Route.ToTenant(module, Rest(afterPrefix, target.Query))
            : Route.None(ProblemKind.ModuleNotFound, $"Tenant '{tenant}' has no module named '{name}'.");
    }

    private Route FindScript(ReadOnlySpan<char> afterPrefix, string query, ScriptSet scripts)
    {
        if (!TryTakeName(ref afterPrefix, "script", out var name, out var problem))
        {
            return name.IsEmpty ? Route.None(ProblemKind.ScriptNotFound, "The path names no script.") : problem;
        }

        return scripts.Find(name.ToString()) is { } script
            ? Route.To(script, Rest(afterPrefix, query))
            : Route.None(ProblemKind.ScriptNotFound, $"There is no script named '{name}'.{Meant(ScriptPrefix, name.ToString(), scripts.Names)}");
    }

    /// <summary>The routes by the name that comes last in them.</summary>
    private IEnumerable<(string Name, string Route)> All =>
    [
        .. _modules.OfPlatform.Select(module => (module.Config.Name, RunPrefix + module.Config.Name)),
        .. (_scripts?.Names ?? []).Select(script => (script, ScriptPrefix + script)),
    ];

    // Whoever forgot the first part of a route has its name right.
    private string MeantRoute(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return _nearest is null || parts.Length == 0 ? ""
            : All.FirstOrDefault(route => parts.Contains(route.Name, StringComparer.Ordinal)) is { Route: { } exact } ? $" Did you mean {exact}?"
            : All.FirstOrDefault(route => route.Name == _nearest(parts[^1], All.Select(other => other.Name))) is { Route: { } near } ? $" Did you mean {near}?"
            : "";
    }

    private string Meant(string prefix, string name, IEnumerable<string> names) =>
        _nearest?.Invoke(name, names) is { } near ? $" Did you mean {prefix}{near}?" : "";

    /// <summary>Takes a name from the front of a path and leaves what comes after it, beginning with a slash, or nothing.</summary>
    private static bool TryTakeName(ref ReadOnlySpan<char> path, string what, out ReadOnlySpan<char> name, out Route problem)
    {
        var slash = path.IndexOf('/');
        name = slash < 0 ? path : path[..slash];
        path = slash < 0 ? [] : path[slash..];
        problem = default;
        if (name.IsEmpty)
        {
            problem = Route.None(ProblemKind.NotFound, $"The path names no {what}. {Routes}");
            return false;
        }

        name = name.Contains('%') ? Uri.UnescapeDataString(name) : name;
        if (!ModuleName.IsLegal(name))
        {
            problem = Route.None(ProblemKind.InvalidRequest, $"The {what} name in the path is not legal. Legal is: {ModuleName.Rule}.");
            return false;
        }

        return true;
    }

    private static string Rest(ReadOnlySpan<char> rest, string query) => rest.Length switch
    {
        0 => "/" + query,
        1 when query.Length == 0 => "/",
        _ => string.Concat(rest, query),
    };
}
