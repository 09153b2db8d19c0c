namespace Mik.AspNetCore.Components;

/// <summary>What tells whether a file has changed.</summary>
internal readonly record struct ComponentFile(DateTime ChangedAt, long Length)
{
    // A file that is written to right now is looked at again later.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);

    /// <summary>Looks at a file; null when it is not there.</summary>
    public static ComponentFile? Find(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new ComponentFile(file.LastWriteTimeUtc, file.Length) : null;
    }

    /// <summary>Whether nobody has written to it for a moment.</summary>
    public bool IsSettled(DateTimeOffset now) => now.UtcDateTime - ChangedAt >= Settling;
}
