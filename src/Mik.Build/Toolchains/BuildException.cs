namespace Mik.Build.Toolchains;

/// <summary>A project cannot be built or made.</summary>
/// <param name="what">What happened.</param>
/// <param name="why">Why.</param>
/// <param name="next">What to do.</param>
public sealed class BuildException(string what, string why, string? next = null) : Exception($"{what}: {why}")
{
    /// <summary>The error's code, which <c>mik explain</c> has a page about.</summary>
    public required string Code { get; init; }

    /// <summary>What happened.</summary>
    public string What { get; } = what;

    /// <summary>Why.</summary>
    public string Why { get; } = why;

    /// <summary>What to do.</summary>
    public string? Next { get; } = next;
}
