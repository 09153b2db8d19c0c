using System.Runtime.InteropServices;

namespace Mik.Wasm.Platform;

/// <summary>Who owns a file and who may write it, of the name itself and not of what a link leads to. Unix only.</summary>
/// <param name="User">The owner.</param>
/// <param name="Group">The group.</param>
/// <param name="Mode">Kind and permissions, as in <c>st_mode</c>.</param>
internal readonly partial record struct FileOwner(uint User, uint Group, uint Mode)
{
    private const uint KindMask = 0xF000;
    private const uint LinkKind = 0xA000;
    private const uint StickyBit = 0x200;
    private const uint GroupWrite = 0x10;
    private const uint OtherWrite = 0x2;

    /// <summary>The user that this process acts as.</summary>
    public static uint CurrentUser { get; } = OperatingSystem.IsWindows() ? 0 : GetEffectiveUser();

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsLink => (Mode & KindMask) == LinkKind;

    /// <summary>Whether only the owner of what is in the folder may remove it.</summary>
    public bool IsSticky => (Mode & StickyBit) != 0;

    /// <summary>Whether it belongs to this process' user or the system.</summary>
    public bool IsOurs => User == CurrentUser || User == 0;

    /// <summary>Whether anybody but its owner may write it. Many systems give each user a group of the same number that nobody else is in.</summary>
    public bool IsWritableByOthers => (Mode & OtherWrite) != 0 || ((Mode & GroupWrite) != 0 && (Group != User || User == 0));

    /// <summary>Looks at a path; null when nothing is there, or the system does not tell.</summary>
    public static unsafe FileOwner? Of(string path)
    {
        // Larger than what either system writes.
        var buffer = stackalloc byte[512];
        try
        {
            if (OperatingSystem.IsLinux())
            {
                return Statx(CurrentFolder, path, NoFollow, BasicFields, buffer) == 0
                    ? new FileOwner(*(uint*)(buffer + 20), *(uint*)(buffer + 24), *(ushort*)(buffer + 28))
                    : null;
            }
            if (OperatingSystem.IsMacOS())
            {
                return (RuntimeInformation.ProcessArchitecture == Architecture.X64 ? LstatOfIntel(path, buffer) : Lstat(path, buffer)) == 0
                    ? new FileOwner(*(uint*)(buffer + 16), *(uint*)(buffer + 20), *(ushort*)(buffer + 4))
                    : null;
            }
        }
        catch (EntryPointNotFoundException)
        {
            // An older C library.
        }
        return null;
    }

    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint BasicFields = 0x7FF;

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", EntryPoint = "lstat", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Lstat(string path, byte* buffer);

    [LibraryImport("libc", EntryPoint = "lstat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int LstatOfIntel(string path, byte* buffer);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();
}
