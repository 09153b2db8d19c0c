using Microsoft.Extensions.FileProviders;
using Mik.Wasi.Platform;

namespace Mik.Server.StaticFiles;

/// <summary>A file that is sent as a stream, which has a place of its own among the descriptors of the process.</summary>
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

        if (!DescriptorPool.OfProcess.TryTake(out var place))
        {
            throw NoDescriptor();
        }

        try
        {
            return new Opened(file.FullName, place);
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    private static IOException NoDescriptor() => new("There are no file descriptors left for files.", TooManyFiles);

    private sealed class Opened : FileStream
    {
        private readonly DescriptorPool.Place _place;

        public Opened(string path, DescriptorPool.Place place)
            : base(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1,
                FileOptions.Asynchronous | FileOptions.SequentialScan)
        {
            _place = place;
            if (Descriptors.IsBeyondOthers(SafeFileHandle.DangerousGetHandle()))
            {
                Dispose();
                throw NoDescriptor();
            }
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            _place?.Dispose();
        }
    }
}
