using Mik.Server.Modules;
using Mik.Server.Problems;
using Mik.Server.Scripts;

namespace Mik.Server.Routing;

/// <summary>Request target → <see cref="Route"/>. The only place that knows the server's URL space.</summary>
internal sealed class RouteTable
{
    private const string RunPrefix = "/run/";
    private const string ScriptPrefix = "/script/";

    private readonly ModuleSet _modules;
    private readonly ScriptSet? _scripts;

    /// <summary>A table over the modules and, if there are any, the scripts that are served.</summary>
    public RouteTable(ModuleSet modules, ScriptSet? scripts = null)
    {
        _modules = modules;
        _scripts = scripts;
    }

    /// <summary>Finds where a request goes.</summary>
    public Route Find(string rawTarget)
    {
        var target = RequestTarget.Parse(rawTarget);
        if (target.Path.StartsWith(RunPrefix, StringComparison.Ordinal))
        {
            return FindModule(target);
        }

        if (_scripts is not null && target.Path.StartsWith(ScriptPrefix, StringComparison.Ordinal))
        {
            return FindScript(target, _scripts);
        }

        return target.Path is "/health" or "/health/live" or "/health/ready" or "/metrics"
            ? Route.BuiltIn(target.Path)
            : Route.None(ProblemKind.NotFound, "There is nothing at this path. Modules are served at /run/<module>/.");
    }

    private Route FindModule(RequestTarget target)
    {
        var afterPrefix = target.Path.AsSpan(RunPrefix.Length);
        var slash = afterPrefix.IndexOf('/');
        var segment = slash < 0 ? afterPrefix : afterPrefix[..slash];
        if (segment.IsEmpty)
        {
            return Route.None(ProblemKind.NotFound, "The path names no module. Modules are served at /run/<module>/.");
        }

        var name = segment.Contains('%') ? Uri.UnescapeDataString(segment) : segment;
        if (!ModuleName.IsLegal(name))
        {
            return Route.None(ProblemKind.InvalidRequest, $"The module name in the path is not legal. Legal is: {ModuleName.Rule}.");
        }

        if (!_modules.TryFind(name, out var module))
        {
            return Route.None(ProblemKind.ModuleNotFound, $"There is no module named '{name}'.");
        }

        return Route.To(module, slash < 0 ? "/" + target.Query : Rest(afterPrefix[slash..], target.Query));
    }

    private static Route FindScript(RequestTarget target, ScriptSet scripts)
    {
        var afterPrefix = target.Path.AsSpan(ScriptPrefix.Length);
        var slash = afterPrefix.IndexOf('/');
        var segment = slash < 0 ? afterPrefix : afterPrefix[..slash];
        var name = segment.Contains('%') ? Uri.UnescapeDataString(segment) : segment.ToString();
        if (name.Length > 0 && !ModuleName.IsLegal(name))
        {
            return Route.None(ProblemKind.InvalidRequest, $"The script name in the path is not legal. Legal is: {ModuleName.Rule}.");
        }

        return scripts.Find(name) is { } script
            ? Route.To(script, slash < 0 ? "/" + target.Query : Rest(afterPrefix[slash..], target.Query))
            : Route.None(ProblemKind.ScriptNotFound, $"There is no script named '{name}'.");
    }

    private static string Rest(ReadOnlySpan<char> rest, string query) =>
        rest.Length == 1 && query.Length == 0 ? "/" : string.Concat(rest, query);
}
