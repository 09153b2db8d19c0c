namespace Mik.Packages;

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

    /// <summary>The new text of mik.toml, written together with the rest; null leaves the file.</summary>
    public string? Manifest { get; init; }
}
