using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Mik.Wasm.Platform;

/// <summary>Writes what a range contains to the file of an image, zeros left out.</summary>
/// <param name="file">The file, empty.</param>
/// <param name="origin">The file that the range maps where it was not written; null when there it is zeros.</param>
/// <param name="maximumBytes">How much may be written.</param>
internal sealed unsafe class ImageWriter(SafeFileHandle file, SafeFileHandle? origin, long maximumBytes) : IDisposable
{
    private const int PieceBytes = 64 << 10;

    private readonly byte[] _room = origin is null ? [] : ArrayPool<byte>.Shared.Rent(PieceBytes);
    private readonly int _pageSize = Environment.SystemPageSize;

    /// <summary>Bytes written.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether there were more than may be written.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>Writes a range; false when there is no memory, or there is too much.</summary>
    public bool Write(nint start, nuint size)
    {
        Span<PageRange> ranges = stackalloc PageRange[PageMap.MostRanges];
        var next = start;
        var end = start + (nint)size;
        var written = start;
        while (next < end)
        {
            var count = PageMap.FindOwn(ref next, end, ranges);
            if (count < 0)
            {
                return false;
            }
            foreach (var range in ranges[..count])
            {
                if (!CopyOrigin(written - start, range.Start - start) || !WriteBytes(range.Start, range.End - range.Start, range.Start - start))
                {
                    return false;
                }
                written = range.End;
            }
        }
        return CopyOrigin(written - start, end - start);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_room.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_room);
        }
    }

    // Read from the file, as where it has holes a mapping would fill them.
    private bool CopyOrigin(nint from, nint to)
    {
        while (origin is not null && from < to)
        {
            var read = RandomAccess.Read(origin, _room.AsSpan(0, (int)Math.Min(PieceBytes, to - from)), from);
            if (read == 0)
            {
                break;
            }
            fixed (byte* room = _room)
            {
                if (!WriteBytes((nint)room, read, from))
                {
                    return false;
                }
            }
            from += read;
        }
        return true;
    }

    // Pages of zeros, which the system gives to a memory beside those that it wrote, are what the file has anyway.
    private bool WriteBytes(nint start, nint length, nint offset)
    {
        for (nint at = 0, first = 0; at < length; at += _pageSize)
        {
            var isEmpty = !new ReadOnlySpan<byte>((void*)(start + at), (int)Math.Min(_pageSize, length - at)).ContainsAnyExcept((byte)0);
            var end = isEmpty ? at : Math.Min(at + _pageSize, length);
            if ((isEmpty || end == length) && end > first && !WriteRun(start + first, end - first, offset + first))
            {
                return false;
            }
            if (isEmpty)
            {
                first = at + _pageSize;
            }
        }
        return true;
    }

    private bool WriteRun(nint start, nint length, nint offset)
    {
        IsTooLarge = length > maximumBytes - Bytes;
        if (IsTooLarge)
        {
            return false;
        }
        Bytes += length;
        return LinuxMemory.Write(file, start, (nuint)length, (nuint)offset);
    }
}
