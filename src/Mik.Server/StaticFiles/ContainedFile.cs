using Microsoft.Extensions.FileProviders;
using Mik.Wasi.Platform;

namespace Mik.Server.StaticFiles;

/// <summary>A file that is sent as a stream, of which no more are open at once than there are file descriptors for.</summary>
internal sealed class ContainedFile(FileInfo file) : IFileInfo
{
    private const int TooManyFiles = 24;

    /// <inheritdoc/>
    public bool Exists => file.Exists;

    /// <inheritdoc/>
    public long Length => file.Length;

    /// <summary>None: who has it opens the file without asking.</summary>
    public string? PhysicalPath => null;

    /// <inheritdoc/>
    public string Name => file.Name;

    /// <inheritdoc/>
    public DateTimeOffset LastModified => new(file.LastWriteTimeUtc);

    /// <inheritdoc/>
    public bool IsDirectory => false;

    /// <inheritdoc/>
    public Stream CreateReadStream()
    {
        // What has no bytes need not be opened, and may be a pipe, of which opening has no end.
        if (Length == 0)
        {
            return Stream.Null;
        }

        var stream = new FileStream(
            file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1,
            FileOptions.Asynchronous | FileOptions.SequentialScan);
        if (!Descriptors.IsAmongLast(stream.SafeFileHandle.DangerousGetHandle()))
        {
            return stream;
        }

        stream.Dispose();
        throw new IOException("There are no file descriptors left for files.", TooManyFiles);
    }
}
