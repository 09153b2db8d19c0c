namespace Mik.Wasm.Platform;

/// <summary>Chooses the address space of this operating system.</summary>
internal static class AddressSpace
{
    /// <summary>The best implementation for this machine.</summary>
    public static IAddressSpace Current { get; } = Choose();

    private static IAddressSpace Choose()
    {
        if (!Environment.Is64BitProcess)
        {
            return new PortableAddressSpace();
        }
        if (OperatingSystem.IsLinux())
        {
            return new LinuxAddressSpace();
        }
        if (OperatingSystem.IsMacOS())
        {
            return new MacAddressSpace();
        }
        return OperatingSystem.IsWindows() ? new WindowsAddressSpace() : new PortableAddressSpace();
    }
}
