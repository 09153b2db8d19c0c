using System.Runtime.InteropServices;

namespace Mik.Wasm.Platform;

/// <summary>
/// Where the current thread's stack ends. A guest's stack limit is never set closer to it than
/// <see cref="HostReserve"/>: real exhaustion ends the process, so what runs below the guest (host functions, the
/// garbage collector's helpers, the frame of the function that fails its check) must fit.
/// </summary>
internal static unsafe partial class ThreadStack
{
    /// <summary>Bytes kept free below the guest.</summary>
    public const int HostReserve = 256 * 1024;

    // What remains on a thread whose bounds the system does not tell: the runtime's own guarantee is small.
    private const int AssumedRemainder = 512 * 1024;

    [ThreadStatic]
    private static nuint _lowestAddress;

    /// <summary>The lowest address that a guest frame may have on this thread.</summary>
    public static nuint GuestLimit
    {
        get
        {
            if (_lowestAddress == 0)
            {
                _lowestAddress = FindLowestAddress();
            }
            return _lowestAddress + HostReserve;
        }
    }

    /// <summary>Whether so many bytes of the current thread's stack are left above <see cref="GuestLimit"/>.</summary>
    public static bool HasRoom(long bytes)
    {
        byte here;
        return (long)((nuint)(&here) - GuestLimit) >= bytes;
    }

    private static nuint FindLowestAddress()
    {
        byte here;
        try
        {
            if (OperatingSystem.IsLinux())
            {
                return LinuxLowestAddress();
            }
            if (OperatingSystem.IsMacOS())
            {
                var self = MacSelf();
                return MacStackTop(self) - MacStackSize(self);
            }
            if (OperatingSystem.IsWindows())
            {
                WindowsStackLimits(out var low, out _);
                return low;
            }
        }
        catch (EntryPointNotFoundException)
        {
            // An unusual C library; assume what every thread has.
        }
        catch (DllNotFoundException)
        {
            // The same.
        }
        return (nuint)(&here) - AssumedRemainder;
    }

    private static nuint LinuxLowestAddress()
    {
        // pthread_attr_t is 56 bytes on x64 and 64 on arm64.
        var attributes = stackalloc byte[256];
        if (LinuxAttributes(LinuxSelf(), attributes) != 0)
        {
            return (nuint)attributes - AssumedRemainder;
        }
        var result = LinuxStack(attributes, out var low, out _);
        _ = LinuxDestroy(attributes);
        return result == 0 ? low : (nuint)attributes - AssumedRemainder;
    }

    [LibraryImport("libc", EntryPoint = "pthread_self")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint LinuxSelf();

    [LibraryImport("libc", EntryPoint = "pthread_getattr_np")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int LinuxAttributes(nint thread, byte* attributes);

    [LibraryImport("libc", EntryPoint = "pthread_attr_getstack")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int LinuxStack(byte* attributes, out nuint low, out nuint size);

    [LibraryImport("libc", EntryPoint = "pthread_attr_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int LinuxDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "pthread_self")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint MacSelf();

    [LibraryImport("libc", EntryPoint = "pthread_get_stackaddr_np")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nuint MacStackTop(nint thread);

    [LibraryImport("libc", EntryPoint = "pthread_get_stacksize_np")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nuint MacStackSize(nint thread);

    [LibraryImport("kernel32", EntryPoint = "GetCurrentThreadStackLimits")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial void WindowsStackLimits(out nuint low, out nuint high);
}
