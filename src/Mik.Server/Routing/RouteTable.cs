using Mik.Server.Modules;
using Mik.Server.Problems;

namespace Mik.Server.Routing;

/// <summary>Request target → <see cref="Route"/>. The only place that knows the server's URL space.</summary>
internal sealed class RouteTable
{
    private const string RunPrefix = "/run/";

    private readonly ModuleSet _modules;

    /// <summary>A table over the modules that are served.</summary>
    public RouteTable(ModuleSet modules) => _modules = modules;

    /// <summary>Finds where a request goes.</summary>
    public Route Find(string rawTarget)
    {
        var target = RequestTarget.Parse(rawTarget);
        if (target.Path.StartsWith(RunPrefix, StringComparison.Ordinal))
        {
            return FindModule(target);
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

    private static string Rest(ReadOnlySpan<char> rest, string query) =>
        rest.Length == 1 && query.Length == 0 ? "/" : string.Concat(rest, query);
}
