namespace Mik.Packages.Sources;

/// <summary>The files of a project's folder; what is hidden, or fetched by other tools, is left out.</summary>
internal sealed class FolderTree : ComponentTree
{
    private static readonly string[] NotLookedInto = ["node_modules", "target", "obj", "bin", "modules"];

    private readonly string _folder;

    /// <summary>Lists a folder.</summary>
    public FolderTree(string folder)
    {
        _folder = folder;
        var components = new List<(string, long)>();
        List(new DirectoryInfo(folder), "", depth: 0, components);
        Components = [.. components.OrderBy(component => component.Item1, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public override string Name => _folder;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Path, long Size)> Components { get; }

    /// <inheritdoc/>
    public override async Task<string?> ManifestAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(_folder, "mik.toml");
        return File.Exists(file) ? await File.ReadAllTextAsync(file, cancellationToken) : null;
    }

    /// <inheritdoc/>
    public override async Task<byte[]> StartAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(Path.Combine(_folder, path));
        var start = new byte[8];
        var read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        return start[..read];
    }

    /// <inheritdoc/>
    public override Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken) =>
        File.ReadAllBytesAsync(Path.Combine(_folder, path), cancellationToken);

    private static void List(DirectoryInfo folder, string prefix, int depth, List<(string Path, long Size)> components)
    {
        foreach (var file in folder.EnumerateFiles("*.wasm"))
        {
            components.Add((prefix + file.Name, file.Length));
        }

        // A build's output is a few folders deep; a link may lead in circles.
        foreach (var inner in folder.EnumerateDirectories()
            .Where(inner => depth < 4 && inner.LinkTarget is null && inner.Name[0] != '.' && !NotLookedInto.Contains(inner.Name)))
        {
            List(inner, $"{prefix}{inner.Name}/", depth + 1, components);
        }
    }
}
