using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mik.Wasm.Platform;

/// <summary>
/// An image in a file that lives in memory. Ranges map it privately, so all instances share the pages that they only read, and
/// the kernel knows which ones an instance has written. A reset copies those back and keeps them, as the next request will write
/// most of them again; when they have become many they are dropped instead.
/// </summary>
internal sealed unsafe class LinuxMemoryImage : MemoryImage
{
    /// <summary>Written bytes that a range keeps for its next use.</summary>
    private const long KeptBytes = 2 << 20;

    private const int PieceBytes = 64 << 10;

    private static readonly Lazy<bool> Works = new(Try);

    private readonly SafeFileHandle _file;
    private readonly Mapping? _content;
    private readonly nuint _mappedSize;

    private LinuxMemoryImage(nuint size, nuint mappedSize, SafeFileHandle file, Mapping? content, long bytes)
        : base(size, bytes)
    {
        _mappedSize = mappedSize;
        _file = file;
        _content = content;
    }

    /// <summary>Keeps what a range contains; null when the system does not have what this takes, or it takes more than it may.</summary>
    public static LinuxMemoryImage? TryCapture(nint start, nuint size, LinuxMemoryImage? origin, long maximumBytes, out bool isTooLarge)
    {
        isTooLarge = false;
        return Works.Value ? Capture(start, size, origin, maximumBytes, out isTooLarge) : null;
    }

    /// <inheritdoc/>
    public override bool MakesAccessible => true;

    /// <inheritdoc/>
    public override void Attach(nint start, nuint length, nuint reserved)
    {
        LinuxMemory.UseSmallPages(start, reserved);
        var committed = RoundUp(length);
        if (_mappedSize != 0 && !LinuxMemory.MapPrivateAt(start, _mappedSize, _file))
        {
            throw new InvalidOperationException("The system has no mapping left for the image of a memory.");
        }
        if (committed > _mappedSize)
        {
            DropOrClear(start + (nint)_mappedSize, committed - _mappedSize);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Reads the file, and not its mapping: where nothing was written, a mapping would give the file a page of zeros for each that is looked at, and every
    /// instance would map its neighbours too.
    /// </remarks>
    public override bool Matches(nint start)
    {
        var room = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            for (nuint at = 0; at < Size;)
            {
                var wanted = (int)Math.Min((nuint)PieceBytes, Size - at);
                var read = RandomAccess.Read(_file, room.AsSpan(0, wanted), (long)at);
                if (read == 0 || !room.AsSpan(0, read).SequenceEqual(new ReadOnlySpan<byte>((void*)(start + (nint)at), read)))
                {
                    return false;
                }
                at += (nuint)read;
            }
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    /// <inheritdoc/>
    public override void Reset(nint start, nuint length)
    {
        Span<PageRange> ranges = stackalloc PageRange[PageMap.MostRanges];
        var next = start;
        var end = start + (nint)RoundUp(length);
        var kept = 0L;
        while (next < end)
        {
            var count = PageMap.FindOwn(ref next, end, ranges);
            if (count < 0)
            {
                Drop(start, end);
                return;
            }
            foreach (var range in ranges[..count])
            {
                kept += range.End - range.Start;
                if (kept > KeptBytes)
                {
                    Drop(start, end);
                    return;
                }
                Restore(start, range);
            }
        }
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    protected override void Free()
    {
        _file.Dispose();
        _content?.Dispose();
    }

    private static LinuxMemoryImage? Capture(nint start, nuint size, LinuxMemoryImage? origin, long maximumBytes, out bool isTooLarge)
    {
        isTooLarge = false;
        var mappedSize = RoundUp(size);
        if (LinuxMemory.CreateFile(mappedSize) is not { } file)
        {
            return null;
        }
        using var writer = new ImageWriter(file, origin?._file, maximumBytes);
        var content = mappedSize == 0 ? 0 : LinuxMemory.MapForReading(file, mappedSize);
        if ((content == 0 && mappedSize != 0) || !writer.Write(start, mappedSize))
        {
            isTooLarge = writer.IsTooLarge;
            if (content != 0)
            {
                PosixMemory.Release(content, mappedSize);
            }
            file.Dispose();
            return null;
        }
        return new LinuxMemoryImage(size, mappedSize, file, content == 0 ? null : new Mapping(content, mappedSize), writer.Bytes);
    }

    private void Restore(nint start, PageRange range)
    {
        var imageEnd = start + (nint)_mappedSize;
        var copied = Math.Min(range.End, imageEnd) - range.Start;
        if (copied > 0)
        {
            NativeMemory.Copy((void*)(_content!.Start + (range.Start - start)), (void*)range.Start, (nuint)copied);
        }
        var cleared = Math.Max(range.Start, imageEnd);
        if (cleared < range.End)
        {
            NativeMemory.Clear((void*)cleared, (nuint)(range.End - cleared));
        }
    }

    private void Drop(nint start, nint end)
    {
        if (LinuxMemory.Drop(start, (nuint)(end - start)))
        {
            return;
        }
        if (_content is not null)
        {
            NativeMemory.Copy((void*)_content.Start, (void*)start, _mappedSize);
        }
        NativeMemory.Clear((void*)(start + (nint)_mappedSize), (nuint)(end - start) - _mappedSize);
    }

    private static void DropOrClear(nint start, nuint size)
    {
        if (!LinuxMemory.Drop(start, size))
        {
            NativeMemory.Clear((void*)start, size);
        }
    }

    private static nuint RoundUp(nuint size)
    {
        var mask = (nuint)Environment.SystemPageSize - 1;
        return (size + mask) & ~mask;
    }

    // Containers and other kernels may answer wrongly or not at all, and a page that is not reported would leak: so it is tried once.
    private static bool Try()
    {
        if (!PageMap.IsAvailable)
        {
            return false;
        }
        var pageSize = Environment.SystemPageSize;
        var size = (nuint)pageSize * 4;
        var space = new LinuxAddressSpace();
        var start = space.Reserve(size);
        if (start == 0)
        {
            return false;
        }
        try
        {
            var bytes = (byte*)start;
            if (!space.Commit(start, size))
            {
                return false;
            }
            bytes[0] = 1;
            bytes[pageSize] = 2;
            if (Capture(start, (nuint)pageSize * 2, null, long.MaxValue, out _) is not { } image)
            {
                return false;
            }
            image.Attach(start, size, size);
            bytes[pageSize] = 3;
            bytes[pageSize * 3] = 4;
            Span<PageRange> ranges = stackalloc PageRange[PageMap.MostRanges];
            var next = start;
            var isExact = PageMap.FindOwn(ref next, start + (nint)size, ranges) == 2
                && ranges[0].Start == start + pageSize && ranges[0].End == start + (pageSize * 2)
                && ranges[1].Start == start + (pageSize * 3) && ranges[1].End == start + (pageSize * 4);
            image.Reset(start, size);
            return isExact && bytes[0] == 1 && bytes[pageSize] == 2 && bytes[pageSize * 3] == 0;
        }
        finally
        {
            space.Release(start, size);
        }
    }

    private sealed class Mapping : SafeHandleZeroOrMinusOneIsInvalid
    {
        private readonly nuint _size;

        public Mapping(nint start, nuint size)
            : base(ownsHandle: true)
        {
            _size = size;
            SetHandle(start);
        }

        public nint Start => handle;

        protected override bool ReleaseHandle()
        {
            PosixMemory.Release(handle, _size);
            return true;
        }
    }
}
