namespace Mik.Server.Modules;

/// <summary>Tells one version of a file from another. The default is a file that is not there.</summary>
internal readonly record struct FileStamp(DateTime WrittenAt, long Length)
{
    /// <summary>Whether there is a file.</summary>
    public bool Exists => this != default;

    /// <summary>The stamp of the file that a path leads to, links followed.</summary>
    public static FileStamp Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is not null)
            {
                file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            }

            return file.Exists ? new FileStamp(file.LastWriteTimeUtc, file.Length) : default;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    /// <summary>Whether the file was written so short a time ago that it may not be whole.</summary>
    public bool IsSettling(DateTimeOffset now, TimeSpan quiet)
    {
        var age = now.UtcDateTime - WrittenAt;
        return age >= TimeSpan.Zero && age < quiet;
    }
}
