using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mik.Wasm.Platform;

/// <summary>
/// Asks Linux which pages of this process are its own, that is written since they were mapped (or, in memory without a file, touched).
/// Kernels from 6.7 answer in ranges (<c>PAGEMAP_SCAN</c>), older ones page by page.
/// </summary>
internal static unsafe partial class PageMap
{
    /// <summary>Ranges that one call gives at most.</summary>
    public const int MostRanges = 64;

    // _IOWR('f', 16, struct pm_scan_arg)
    private const nuint ScanRequest = 0xC060_6610;
    private const ulong IsFile = 1 << 2;
    private const ulong IsPresent = 1 << 3;
    private const ulong IsSwapped = 1 << 4;
    private const ulong EntryIsOwn = 3UL << 62;
    private const ulong EntryIsFile = 1UL << 61;
    private const int EntriesAtOnce = 512;

    private static readonly SafeFileHandle? File = Open();
    private static volatile bool _hasScan = true;

    /// <summary>Whether the system may answer at all.</summary>
    public static bool IsAvailable => File is not null;

    /// <summary>Finds ranges of own pages from <paramref name="start"/> on.</summary>
    /// <param name="start">First address, a multiple of the page size; set to where to go on, or to <paramref name="end"/>.</param>
    /// <param name="end">Where to stop, a multiple of the page size.</param>
    /// <param name="ranges">Room for <see cref="MostRanges"/> ranges.</param>
    /// <returns>Number of ranges, or -1 when the system does not answer.</returns>
    public static int FindOwn(ref nint start, nint end, Span<PageRange> ranges)
    {
        if (_hasScan)
        {
            var count = Scan(ref start, end, ranges);
            if (count >= 0)
            {
                return count;
            }
            _hasScan = false;
        }
        return ReadEntries(ref start, end, ranges);
    }

    private static int Scan(ref nint start, nint end, Span<PageRange> ranges)
    {
        fixed (PageRange* room = ranges)
        {
            var arguments = new ScanArguments
            {
                Size = (ulong)sizeof(ScanArguments),
                Start = (ulong)start,
                End = (ulong)end,
                Ranges = (ulong)room,
                RangeCount = (ulong)ranges.Length,
                Inverted = IsFile,
                All = IsFile,
                Any = IsPresent | IsSwapped,
                Returned = IsPresent | IsSwapped,
            };
            var count = Control(File!, ScanRequest, &arguments);
            if (count < 0 || (nint)arguments.WalkEnd <= start)
            {
                return -1;
            }
            start = (nint)arguments.WalkEnd;
            return count;
        }
    }

    private static int ReadEntries(ref nint start, nint end, Span<PageRange> ranges)
    {
        var pageSize = Environment.SystemPageSize;
        var entries = stackalloc ulong[EntriesAtOnce];
        var count = 0;
        while (start < end && count < ranges.Length)
        {
            var wanted = (int)Math.Min(EntriesAtOnce, (end - start) / pageSize);
            var size = (nuint)wanted * sizeof(ulong);
            if (PositionedRead(File!, entries, size, start / pageSize * sizeof(ulong)) != (nint)size)
            {
                return -1;
            }
            for (var i = 0; i < wanted && count < ranges.Length; i++, start += pageSize)
            {
                if ((entries[i] & EntryIsOwn) == 0 || (entries[i] & EntryIsFile) != 0)
                {
                    continue;
                }
                if (count > 0 && ranges[count - 1].End == start)
                {
                    ranges[count - 1].End += pageSize;
                }
                else
                {
                    ranges[count++] = new PageRange { Start = start, End = start + pageSize };
                }
            }
        }
        return count;
    }

    private static SafeFileHandle? Open()
    {
        try
        {
            return System.IO.File.OpenHandle("/proc/self/pagemap");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(SafeFileHandle file, nuint request, ScanArguments* arguments);

    [LibraryImport("libc", EntryPoint = "pread")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint PositionedRead(SafeFileHandle file, void* destination, nuint size, nint offset);

    // struct pm_scan_arg of linux/fs.h
    [StructLayout(LayoutKind.Sequential)]
    private struct ScanArguments
    {
        public ulong Size;
        public ulong Flags;
        public ulong Start;
        public ulong End;
        public ulong WalkEnd;
        public ulong Ranges;
        public ulong RangeCount;
        public ulong MostPages;
        public ulong Inverted;
        public ulong All;
        public ulong Any;
        public ulong Returned;
    }
}

/// <summary>Pages one after the other (struct page_region of linux/fs.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PageRange
{
    /// <summary>First address.</summary>
    public nint Start;
    /// <summary>Address behind the last page.</summary>
    public nint End;
    private readonly ulong _categories;
}
