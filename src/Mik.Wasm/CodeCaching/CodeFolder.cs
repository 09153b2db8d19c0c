namespace Mik.Wasm.CodeCaching;

/// <summary>
/// A folder of saved code for one <see cref="CodeCacheKey.Engine"/>. A module's entry is a manifest named after the module; it names the
/// assembly's file by its <see cref="CodeDigest"/>. Files appear whole, by renaming, so processes need no lock: who comes last wins, and both are right.
/// </summary>
/// <param name="root">The folder.</param>
/// <param name="isBuiltIn">Whether it came with the program, so that it belongs to whoever the program belongs to.</param>
internal sealed class CodeFolder(string root, bool isBuiltIn = false)
{
    private const string ManifestSuffix = ".code";
    private const string NativeSuffix = ".native";
    private const string AssemblySuffix = ".dll";
    private const string UnfinishedSuffix = ".part";

    /// <summary>Where this engine's entries are.</summary>
    public string Path => field ??= System.IO.Path.Combine(root, CodeCacheKey.Engine);

    /// <summary>Why nothing of the folder may be run; null when it may.</summary>
    public string? Objection() => isBuiltIn ? IsWritableByOthers() ? $"{Path} may be written by other users" : null : FolderTrust.Objection(Path);

    /// <summary>Finds the code of a module, machine code rather than other; everything is verified, and what is damaged is removed.</summary>
    /// <returns>Null when there is no good entry.</returns>
    public FoundCode? Find(string key)
    {
        if (Objection() is not null)
        {
            return null;
        }
        foreach (var path in ManifestPaths(key))
        {
            try
            {
                if (Verify(path) is { } found)
                {
                    // What is in use is not thrown away.
                    var now = DateTime.UtcNow;
                    File.SetLastWriteTimeUtc(path, now);
                    File.SetLastWriteTimeUtc(found.Path, now);
                    return found;
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // No entry, or none that can be read: the module is translated anew.
            }
        }
        return null;
    }

    /// <summary>Whether there is an entry, good or not.</summary>
    public bool Has(string key) => Objection() is null && ManifestPaths(key).Any(File.Exists);

    /// <summary>Keeps code.</summary>
    public void Store(string key, CodeManifest manifest, ReadOnlySpan<byte> assembly)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path);
        }
        else
        {
            // Code that one user runs must not be another's to write.
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }
        Write(AssemblyPath(manifest), assembly);
        Write(System.IO.Path.Combine(Path, key + (manifest.IsNative ? NativeSuffix : ManifestSuffix)), manifest.ToBytes());
    }

    // Machine code goes before other code.
    private string[] ManifestPaths(string key) =>
        [System.IO.Path.Combine(Path, key + NativeSuffix), System.IO.Path.Combine(Path, key + ManifestSuffix)];

    private bool IsWritableByOthers() =>
        !OperatingSystem.IsWindows() && Directory.Exists(Path)
        && (File.GetUnixFileMode(Path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != UnixFileMode.None;

    private bool IsTrusted(string file) => isBuiltIn || FolderTrust.IsTrusted(file);

    private FoundCode? Verify(string path)
    {
        if (!File.Exists(path) || !IsTrusted(path))
        {
            return null;
        }
        if (CodeManifest.Parse(File.ReadAllBytes(path)) is { } manifest && Open(manifest, AssemblyPath(manifest)) is { } found)
        {
            return found;
        }
        File.Delete(path);
        return null;
    }

    // The runtime uses machine code only of files; other code is run from the bytes that were verified.
    private FoundCode? Open(CodeManifest manifest, string path)
    {
        if (!File.Exists(path) || !IsTrusted(path))
        {
            return null;
        }
        var bytes = manifest.IsNative ? null : File.ReadAllBytes(path);
        if ((bytes is null ? CodeDigest.OfFile(path) : CodeDigest.Of(bytes)).AsSpan().SequenceEqual(manifest.Assembly))
        {
            return new FoundCode(manifest, path, bytes);
        }
        File.Delete(path);
        return null;
    }

    private string AssemblyPath(CodeManifest manifest) =>
        System.IO.Path.Combine(Path, Convert.ToHexStringLower(manifest.Assembly) + AssemblySuffix);

    private static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        // What was there before may be somebody else's: it is replaced, not written to.
        var unfinished = $"{path}.{Guid.NewGuid():n}{UnfinishedSuffix}";
        try
        {
            using (var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(bytes);
            }
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }
}

/// <summary>Verified code.</summary>
/// <param name="Manifest">What is known of it.</param>
/// <param name="Path">The assembly's file.</param>
/// <param name="Bytes">The assembly; null for machine code, which is loaded from the file.</param>
internal sealed record FoundCode(CodeManifest Manifest, string Path, byte[]? Bytes);
