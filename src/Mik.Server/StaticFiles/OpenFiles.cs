using Microsoft.Win32.SafeHandles;
using Mik.Wasi.Platform;

namespace Mik.Server.StaticFiles;

/// <summary>
/// The files that are being sent, each open once however many clients take it. All read the file that was found, also when another takes its name
/// meanwhile.
/// </summary>
internal sealed class OpenFiles
{
    private const int TooManyFiles = 24;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Path, long Length, DateTime WrittenAt), OpenFile> _byVersion = [];

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byVersion.Count;
            }
        }
    }

    /// <summary>Opens a file, or takes part in it. Disposing leaves it.</summary>
    /// <exception cref="IOException">It is not there, or there is no descriptor for it.</exception>
    public OpenFile Open(FileInfo file)
    {
        var version = (file.FullName, file.Length, file.LastWriteTimeUtc);
        OpenFile? open;
        lock (_gate)
        {
            if (!_byVersion.TryGetValue(version, out open))
            {
                open = _byVersion[version] = new OpenFile(file.FullName, Leave, version);
            }

            open.Users++;
        }

        try
        {
            open.Open();
            return open;
        }
        catch
        {
            Leave(open);
            throw;
        }
    }

    private void Leave(OpenFile file)
    {
        lock (_gate)
        {
            if (--file.Users > 0)
            {
                return;
            }

            _byVersion.Remove(file.Version);
        }

        file.Close();
    }

    /// <summary>A file that is open.</summary>
    internal sealed class OpenFile(string path, Action<OpenFile> leave, (string, long, DateTime) version) : IDisposable
    {
        private readonly Lock _opening = new();
        private SafeFileHandle? _handle;
        private DescriptorPool.Place? _place;

        /// <summary>What of which file.</summary>
        public (string, long, DateTime) Version => version;

        /// <summary>Who takes part; under the gate of all files.</summary>
        public int Users { get; set; }

        /// <summary>Reads a piece; 0 is the end.</summary>
        public ValueTask<int> ReadAsync(Memory<byte> piece, long offset, CancellationToken cancellationToken) =>
            RandomAccess.ReadAsync(_handle!, piece, offset, cancellationToken);

        /// <summary>Opens it unless it is open.</summary>
        public void Open()
        {
            // The disk may be slow: only those that want this file wait.
            lock (_opening)
            {
                if (_handle is not null)
                {
                    return;
                }

                if (!DescriptorPool.OfProcess.TryTake(out var place))
                {
                    throw NoDescriptor();
                }

                try
                {
                    _handle = OpenHandle(path);
                    _place = place;
                }
                catch
                {
                    place.Dispose();
                    throw;
                }
            }
        }

        /// <summary>Closes it: nobody takes part any more.</summary>
        public void Close()
        {
            _handle?.Dispose();
            _place?.Dispose();
        }

        /// <inheritdoc/>
        public void Dispose() => leave(this);

        private static SafeFileHandle OpenHandle(string path)
        {
            var handle = File.OpenHandle(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous | FileOptions.SequentialScan);
            if (!Descriptors.IsBeyondOthers(handle.DangerousGetHandle()))
            {
                return handle;
            }

            handle.Dispose();
            throw NoDescriptor();
        }

        private static IOException NoDescriptor() => new("There are no file descriptors left for files.", TooManyFiles);
    }
}
