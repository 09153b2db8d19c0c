namespace Mik.Wasm.CodeCaching;

/// <summary>Keeps the folder of all engines' code small: what was used longest ago goes first.</summary>
internal sealed class CodeTrash(string root)
{
    private const long KeptBytes = 1L << 30;
    private static readonly TimeSpan KeptUnused = TimeSpan.FromDays(30);

    /// <summary>What is there.</summary>
    public (int Files, long Bytes) Measure()
    {
        var files = Files();
        return (files.Count, files.Sum(file => file.Length));
    }

    /// <summary>Removes what was not used for <paramref name="unused"/>.</summary>
    public (int Files, long Bytes) Clean(TimeSpan unused)
    {
        var before = DateTime.UtcNow - unused;
        return Remove(Files().Where(file => file.LastWriteTimeUtc <= before));
    }

    /// <summary>Removes what was not used for a month, and the oldest of what is too much. Other processes may do the same.</summary>
    public void Trim()
    {
        try
        {
            Clean(KeptUnused);
            var bytes = 0L;
            Remove(Files().OrderByDescending(file => file.LastWriteTimeUtc).Where(file => (bytes += file.Length) > KeptBytes));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is tried again when the next module is kept.
        }
    }

    private static (int Files, long Bytes) Remove(IEnumerable<FileInfo> files)
    {
        var (count, bytes) = (0, 0L);
        foreach (var file in files)
        {
            count++;
            bytes += file.Length;
            file.Delete();
        }
        return (count, bytes);
    }

    private List<FileInfo> Files() =>
        Directory.Exists(root) ? [.. new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories)] : [];
}
