using Mik.Server.Modules;
using Mik.Server.Problems;
using Mik.Server.Requests;
using Mik.Server.Scripts;

namespace Mik.Server.Pipeline;

/// <summary>
/// The answer of <see cref="RouteTable"/>: the module or script and what its guest sees as path and query, or the path of a file or a built-in page, or the
/// problem.
/// </summary>
internal readonly record struct Route(RouteKind Kind, string PathWithQuery, ModuleState? Module = null, Problem Problem = default, ScriptState? Script = null)
{
    /// <summary>Name of the module or script; null for neither.</summary>
    public string? HandlerName => Module?.Config.Name ?? Script?.Name;

    /// <summary>A route to a guest.</summary>
    public static Route To(ModuleState module, string pathWithQuery) => new(RouteKind.Module, pathWithQuery, module);

    /// <summary>A route to a script.</summary>
    public static Route To(ScriptState script, string pathWithQuery) => new(RouteKind.Script, pathWithQuery, Script: script);

    /// <summary>A route to the guest of a tenant's module.</summary>
    public static Route ToTenant(ModuleState module, string pathWithQuery) => new(RouteKind.Tenant, pathWithQuery, module);

    /// <summary>A route to a file, by the path after <c>/static</c> as it was sent.</summary>
    public static Route ToFile(string path) => new(RouteKind.Static, path);

    /// <summary>A route to one of the server's own pages.</summary>
    public static Route BuiltIn(string path) => new(RouteKind.BuiltIn, path);

    /// <summary>No route.</summary>
    public static Route None(ProblemKind kind, string detail) => None(new Problem(kind, detail));

    /// <summary>No route, with the reason.</summary>
    public static Route None(in Problem problem) => new(RouteKind.Problem, "", null, problem);
}
