using System.Runtime.InteropServices;

namespace Mik.Wasm.Platform;

/// <summary>Address space on Windows.</summary>
internal sealed partial class WindowsAddressSpace : IAddressSpace
{
    private const uint MemoryCommit = 0x1000;
    private const uint MemoryReserve = 0x2000;
    private const uint MemoryRelease = 0x8000;
    private const uint PageNoAccess = 1;
    private const uint PageReadWrite = 4;

    /// <inheritdoc/>
    public nint Reserve(nuint size) => Allocate(0, size, MemoryReserve, PageNoAccess);

    /// <inheritdoc/>
    public bool Commit(nint start, nuint size) => Allocate(start, size, MemoryCommit, PageReadWrite) != 0;

    /// <inheritdoc/>
    public void Release(nint start, nuint size) => _ = Free(start, 0, MemoryRelease);

    [LibraryImport("kernel32", EntryPoint = "VirtualAlloc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint Allocate(nint address, nuint size, uint type, uint protection);

    [LibraryImport("kernel32", EntryPoint = "VirtualFree")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Free(nint address, nuint size, uint type);
}
