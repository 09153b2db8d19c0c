namespace Mik.Server.Options;

/// <summary>What holds for one module in place of what holds for all (<c>[modules.NAME]</c>).</summary>
public sealed record ModuleOptions
{
    /// <summary>Names of the middlewares before it, outermost first (<c>middleware</c>); null is the server's list.</summary>
    public IReadOnlyList<string>? Middleware { get; init; }

    /// <summary>How many requests may share an instance of it (<c>reuse_instances</c>); null is as many as of the others.</summary>
    public int? ReuseInstances { get; init; }

    /// <summary>How many of them at once (<c>reuse_concurrency</c>); null is one.</summary>
    public int? ReuseConcurrency { get; init; }
}
