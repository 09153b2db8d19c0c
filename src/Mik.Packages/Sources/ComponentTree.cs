namespace Mik.Packages.Sources;

/// <summary>Files of a folder or of a commit, among which a component is looked for.</summary>
internal abstract class ComponentTree
{
    /// <summary>What messages call it.</summary>
    public abstract string Name { get; }

    /// <summary>The <c>*.wasm</c> files: paths with <c>/</c>, and sizes in bytes. In ordinal order.</summary>
    public abstract IReadOnlyList<(string Path, long Size)> Components { get; }

    /// <summary>The text of the mik.toml at the top; null when there is none.</summary>
    public abstract Task<string?> ManifestAsync(CancellationToken cancellationToken);

    /// <summary>The first bytes of a file.</summary>
    public abstract Task<byte[]> StartAsync(string path, CancellationToken cancellationToken);

    /// <summary>A file.</summary>
    public abstract Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken);
}
