namespace Mik.Scripting.Sources;

/// <summary>Tells one version of a file from another.</summary>
internal readonly record struct SourceStamp(DateTime WrittenAt, long Length)
{
    /// <summary>The stamp of a file as it is now.</summary>
    public static SourceStamp Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new SourceStamp(file.LastWriteTimeUtc, file.Length) : default;
    }
}
