using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Mik.Server.Paths;

/// <summary>What stands at a path. A pipe, a socket or a device has no length and no end, and opening it may wait for ever.</summary>
internal static class FileKind
{
    private const int CurrentFolder = -100;
    private const uint WithType = 1;
    private const int StatusBytes = 256;
    private const int ModeAt = 28;
    private const int TypeBits = 0xf000;
    private const int RegularFile = 0x8000;

    /// <summary>Whether it is a file with bytes of its own. Where the system does not say, what has no bytes counts as one.</summary>
    public static bool IsRegular(FileInfo file) => file.Exists
        && (file.Length > 0 || !OperatingSystem.IsLinux() || TypeOf(file.FullName) is null or RegularFile);

    private static int? TypeOf(string path)
    {
        var status = new byte[StatusBytes];
        try
        {
            return ReadStatus(CurrentFolder, path, 0, WithType, status) == 0
                ? BinaryPrimitives.ReadUInt16LittleEndian(status.AsSpan(ModeAt)) & TypeBits
                : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    // Its structure is the same on every processor, which that of "stat" is not.
    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ReadStatus(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] status);
}
