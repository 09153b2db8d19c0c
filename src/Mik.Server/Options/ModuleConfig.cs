namespace Mik.Server.Options;

/// <summary>A module as the user named it: what it is called in URLs and the file that holds its component.</summary>
/// <param name="Name">What it is called in URLs.</param>
/// <param name="Path">The file that holds its component.</param>
public sealed record ModuleConfig(string Name, string Path)
{
    /// <summary>The folder that the file must really be in, links followed; null is anywhere.</summary>
    public string? Within { get; init; }

    /// <summary>Whether it is a tenant's.</summary>
    public bool IsTenants { get; init; }

    /// <summary>Whether it is a middleware, which is put before others and is none that is served itself.</summary>
    public bool IsMiddleware { get; init; }
}
