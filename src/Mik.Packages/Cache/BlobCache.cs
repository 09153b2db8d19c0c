using Mik.Packages.Oci;
using Mik.Packages.Remote;

namespace Mik.Packages.Cache;

/// <summary>
/// What was downloaded, by digest: <c>blobs/sha256/&lt;hex&gt;</c>. A blob is whole or absent, and its bytes are compared with its digest
/// whenever it is taken out; a damaged one is removed. Shared by all projects and processes of a user.
/// </summary>
public sealed class BlobCache
{
    private readonly string _folder;

    /// <summary>Uses a folder.</summary>
    /// <param name="home">The folder of mik's caches.</param>
    public BlobCache(string home) => _folder = home;

    /// <summary>Told of a blob that was not what its digest says, and was removed.</summary>
    public Action<string>? Damaged { get; init; }

    /// <summary>All blobs.</summary>
    public IEnumerable<CachedBlob> Blobs
    {
        get
        {
            var root = Path.Combine(_folder, "blobs");
            if (!Directory.Exists(root))
            {
                yield break;
            }

            foreach (var file in new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories)
                .OrderBy(file => file.FullName, StringComparer.Ordinal))
            {
                if (Digest.TryParse($"{file.Directory!.Name}:{file.Name}", out var digest))
                {
                    yield return new CachedBlob(digest, file.Length, file.LastWriteTimeUtc, OriginOf(file.FullName));
                }
            }
        }
    }

    /// <summary>The file of a blob, verified; null when there is none.</summary>
    internal async Task<string?> FindAsync(Digest digest, CancellationToken cancellationToken)
    {
        var path = PathOf(digest);
        try
        {
            await using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
            {
                using var hash = digest.NewHash();
                var buffer = new byte[64 << 10];
                while (await file.ReadAsync(buffer, cancellationToken) is > 0 and var read)
                {
                    hash.AppendData(buffer, 0, read);
                }

                if (digest.Finish(hash) == digest)
                {
                    return path;
                }
            }

            Damaged?.Invoke($"the cached file {path} is not what its name says, and was removed");
            File.Delete(path);
            return null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Begins, or goes on with, the download of a blob. One process at a time does; others wait.</summary>
    internal async Task<BlobDownload> BeginAsync(Digest digest, long size, CancellationToken cancellationToken)
    {
        var part = Path.Combine(_folder, "partial", $"{digest.Algorithm}-{digest.Hex}");
        var taken = await FileLock.TakeAsync(part + ".lock", waiting: null, cancellationToken);
        try
        {
            return await BlobDownload.OpenAsync(taken, part + ".part", PathOf(digest), digest, size, cancellationToken);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Adds bytes that are here already.</summary>
    /// <returns>Their digest.</returns>
    internal async Task<Digest> AddAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        var digest = Digest.Of(bytes);
        if (await FindAsync(digest, cancellationToken) is null)
        {
            AtomicFile.Write(PathOf(digest), bytes);
        }

        return digest;
    }

    /// <summary>Notes where a blob came from first, for listings.</summary>
    internal void SetOrigin(Digest digest, string origin)
    {
        var path = PathOf(digest) + ".origin";
        if (!File.Exists(path))
        {
            AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(origin));
        }
    }

    /// <summary>Removes blobs, downloads that broke off, and clones.</summary>
    /// <param name="olderThan">Only what was not used since; null is all.</param>
    /// <returns>Files and bytes that are gone.</returns>
    public (int Files, long Bytes) Clean(DateTime? olderThan)
    {
        var (files, bytes) = (0, 0L);
        foreach (var folder in ((string[])["blobs", "partial", "git"]).Select(name => Path.Combine(_folder, name)).Where(Directory.Exists))
        {
            foreach (var file in new DirectoryInfo(folder)
                .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
            {
                if (file.Extension == ".lock" || (olderThan is { } limit && file.LastWriteTimeUtc >= limit))
                {
                    continue;
                }

                bytes += file.Length;
                files += file.Extension == ".origin" ? 0 : 1;
                file.IsReadOnly = false;
                file.Delete();
            }
        }

        return (files, bytes);
    }

    private string PathOf(Digest digest) => Path.Combine(_folder, "blobs", digest.Algorithm, digest.Hex);

    private static string? OriginOf(string path)
    {
        try
        {
            return RemoteText.Clean(File.ReadAllText(path + ".origin"));
        }
        catch (IOException)
        {
            return null;
        }
    }
}

/// <summary>A blob of the cache.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Added">When it was downloaded.</param>
/// <param name="Origin">Where it came from, or null.</param>
public sealed record CachedBlob(Digest Digest, long Size, DateTime Added, string? Origin);
