using System.Runtime.InteropServices;

namespace Mik.Wasm.Platform;

/// <summary>The memory calls that Linux and macOS share; the flags differ.</summary>
internal static partial class PosixMemory
{
    private const int ProtectNone = 0;
    private const int ProtectReadWrite = 3;

    /// <summary>Maps inaccessible private memory; 0 when refused.</summary>
    public static nint Reserve(nuint size, int flags)
    {
        var start = Map(0, size, ProtectNone, flags, -1, 0);
        return start == -1 ? 0 : start;
    }

    /// <summary>Makes the pages that the range touches readable and writable.</summary>
    public static bool Commit(nint start, nuint size)
    {
        var pageMask = (nint)Environment.SystemPageSize - 1;
        var first = start & ~pageMask;
        var end = (start + (nint)size + pageMask) & ~pageMask;
        return Protect(first, (nuint)(end - first), ProtectReadWrite) == 0;
    }

    /// <summary>Unmaps a reserved range.</summary>
    public static void Release(nint start, nuint size) => _ = Unmap(start, size);

    [LibraryImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Map(nint address, nuint size, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Protect(nint address, nuint size, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmap(nint address, nuint size);
}
