namespace Mik.Packages.Cache;

/// <summary>Writes files whole: whoever looks sees the old bytes or the new ones, also after a crash.</summary>
internal static class AtomicFile
{
    /// <summary>What the names of unfinished files end with.</summary>
    public const string Unfinished = ".mik-part";

    /// <summary>Writes a file.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes) => Move(Stage(path, bytes), path);

    /// <summary>The file behind a link; a path that is no link is itself.</summary>
    public static string Target(string path) => new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;

    /// <summary>Writes what is to become a file, beside it and with its permissions.</summary>
    /// <returns>Its temporary path.</returns>
    public static string Stage(string path, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():n}{Unfinished}");
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows() && File.Exists(path))
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(path));
            }
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        return temporary;
    }

    /// <summary>Puts a staged file in its place.</summary>
    public static void Move(string temporary, string path)
    {
        try
        {
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Removes what a killed process left unfinished in a folder.</summary>
    public static void RemoveUnfinished(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(folder, ".*" + Unfinished))
        {
            File.Delete(file);
        }
    }
}
