using System.Security.Cryptography;
using Mik.Packages.Oci;
using Mik.Packages.Remote;

namespace Mik.Packages.Cache;

/// <summary>A blob on its way into the cache: what is here of it, and the hash of that.</summary>
internal sealed class BlobDownload : IAsyncDisposable
{
    private readonly FileLock _lock;
    private readonly string _part;
    private readonly string _target;
    private readonly Digest _digest;
    private readonly long _size;
    private readonly FileStream _file;
    private IncrementalHash _hash;
    private int _mismatches;

    private BlobDownload(FileLock taken, string part, string target, Digest digest, long size, FileStream file)
    {
        (_lock, _part, _target, _digest, _size, _file) = (taken, part, target, digest, size, file);
        _hash = digest.NewHash();
    }

    /// <summary>Bytes that are here.</summary>
    public long Length { get; private set; }

    /// <summary>Opens the unfinished file and hashes what it has.</summary>
    public static async Task<BlobDownload> OpenAsync(FileLock taken, string part, string target, Digest digest, long size, CancellationToken cancellationToken)
    {
        var file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var download = new BlobDownload(taken, part, target, digest, size, file);
        if (file.Length > size)
        {
            download.Restart();
        }

        var buffer = new byte[64 << 10];
        while (await file.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            download._hash.AppendData(buffer, 0, read);
            download.Length += read;
        }

        return download;
    }

    /// <summary>Forgets what is here.</summary>
    public void Restart()
    {
        _file.SetLength(0);
        _file.Position = 0;
        _hash.Dispose();
        _hash = _digest.NewHash();
        Length = 0;
    }

    /// <summary>Takes a stream's bytes; a stream that ends early or goes on too long is an error.</summary>
    /// <exception cref="TransientException">It ended early, was silent too long, or went on.</exception>
    public async Task AppendAsync(Stream stream, TimeSpan silenceLimit, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 << 10];
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (true)
        {
            silence.CancelAfter(silenceLimit);
            var read = await ReadAsync(stream, buffer, silence.Token, cancellationToken);
            if (read == 0)
            {
                break;
            }

            if (Length + read > _size)
            {
                Restart();
                throw new PackageException(
                    $"the blob {_digest} is longer than its manifest says", $"it should have {_size} bytes",
                    "the registry or what is between is damaged or hostile; nothing was kept")
                { Code = "content-mismatch" };
            }

            await _file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            _hash.AppendData(buffer, 0, read);
            Length += read;
            progress?.Report(Length);
        }

        if (Length < _size)
        {
            await _file.FlushAsync(cancellationToken);
            throw new TransientException($"the download of {_digest} broke off", $"{Length} of {_size} bytes came");
        }
    }

    /// <summary>Compares the digest and puts the file in its place.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="TransientException">The bytes are others than the digest says; they are forgotten.</exception>
    /// <exception cref="PackageException">They are so for the second time.</exception>
    public string Finish()
    {
        var digest = _digest.Finish(_hash);
        if (digest != _digest)
        {
            Restart();
            var (what, why) = ($"the blob {_digest} is not what its digest says", $"the bytes that came have the digest {digest}");

            // Once it may be a part from before; twice it is the registry.
            throw ++_mismatches > 1
                ? new PackageException(what, why, "the registry or what is between is damaged or hostile; nothing was kept") { Code = "content-mismatch" }
                : new TransientException(what, why);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(_target)!);
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        File.Move(_part, _target, overwrite: true);
        return _target;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        if (Length == 0)
        {
            File.Delete(_part);
        }

        _hash.Dispose();
        _lock.Dispose();
    }

    private static async Task<int> ReadAsync(Stream stream, byte[] buffer, CancellationToken patience, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer, patience);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientException("a download stopped", "nothing more came for too long");
        }
        catch (IOException exception)
        {
            throw new TransientException("a download broke off", exception.Message, inner: exception);
        }
    }
}
