namespace Mik.Server.Options;

/// <summary>What holds for one module in place of what holds for all (<c>[modules.NAME]</c>).</summary>
public sealed record ModuleOptions
{
    /// <summary>Names of the middlewares before it, outermost first (<c>middleware</c>); null is the server's list.</summary>
    public IReadOnlyList<string>? Middleware { get; init; }
}
