namespace Mik.Packages.Install;

/// <summary>How dependencies are brought in.</summary>
public sealed class SyncOptions
{
    /// <summary>Whether mik.lock must not change: what would change it is an error.</summary>
    public bool Locked { get; init; }

    /// <summary>Whether only the cache may be asked.</summary>
    public bool Offline { get; init; }

    /// <summary>Dependencies that are worked on; null is all. Others stay as they are.</summary>
    public IReadOnlySet<string>? Scope { get; init; }

    /// <summary>Whether versions are looked up again, within <see cref="Scope"/>.</summary>
    public bool Update { get; init; }

    /// <summary>Whether nothing is written.</summary>
    public bool DryRun { get; init; }

    /// <summary>The edit of mik.toml that is written together with the rest; null leaves the file.</summary>
    public ManifestChange? Manifest { get; init; }
}

/// <summary>An edit of mik.toml.</summary>
/// <param name="Before">Its text as it was read; when the file has another one now, nothing is written.</param>
/// <param name="After">Its text.</param>
public sealed record ManifestChange(string Before, string After);
