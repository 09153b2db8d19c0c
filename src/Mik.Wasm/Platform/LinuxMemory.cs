using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mik.Wasm.Platform;

/// <summary>The memory calls that only Linux has.</summary>
internal static partial class LinuxMemory
{
    private const int ProtectRead = 1;
    private const int ProtectReadWrite = 3;
    private const int MapShared = 0x1;
    private const int MapPrivateFixedNoReserve = 0x4012;
    private const int AdviseDontNeed = 4;
    private const int AdviseNoHugePages = 15;
    private const uint CloseOnExecute = 1;

    /// <summary>A file that exists in memory only; null when refused.</summary>
    public static SafeFileHandle? CreateFile(nuint size)
    {
        var descriptor = MemfdCreate("mik", CloseOnExecute);
        if (descriptor < 0)
        {
            return null;
        }
        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Truncate(file, (nint)size) == 0)
        {
            return file;
        }
        file.Dispose();
        return null;
    }

    /// <summary>Writes all bytes at an offset; false when there is no memory.</summary>
    public static unsafe bool Write(SafeFileHandle file, nint start, nuint size, nuint offset)
    {
        while (size > 0)
        {
            var written = PositionedWrite(file, (void*)start, size, (nint)offset);
            if (written <= 0)
            {
                return false;
            }
            start += written;
            offset += (nuint)written;
            size -= (nuint)written;
        }
        return true;
    }

    /// <summary>Maps a file for reading; 0 when refused.</summary>
    public static nint MapForReading(SafeFileHandle file, nuint size)
    {
        var start = Map(0, size, ProtectRead, MapShared, file, 0);
        return start == -1 ? 0 : start;
    }

    /// <summary>Replaces pages at an address by those of a file, which writing copies; false when refused.</summary>
    public static bool MapPrivateAt(nint start, nuint size, SafeFileHandle file) =>
        Map(start, size, ProtectReadWrite, MapPrivateFixedNoReserve, file, 0) == start;

    /// <summary>Drops written pages: those of a file show it again, others are zeros.</summary>
    public static bool Drop(nint start, nuint size) => Advise(start, size, AdviseDontNeed) == 0;

    /// <summary>Asks for small pages, so that what was written is known exactly.</summary>
    public static void UseSmallPages(nint start, nuint size) => _ = Advise(start, size, AdviseNoHugePages);

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MemfdCreate(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "ftruncate")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Truncate(SafeFileHandle file, nint size);

    [LibraryImport("libc", EntryPoint = "pwrite")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial nint PositionedWrite(SafeFileHandle file, void* start, nuint size, nint offset);

    [LibraryImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Map(nint address, nuint size, int protection, int flags, SafeFileHandle file, nint offset);

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nint start, nuint size, int advice);
}
