using System.Globalization;

namespace Mik.Wasi.Platform;

/// <summary>
/// The file descriptors that this process may have. One that runs out of them is not only short of files and sockets: the runtime needs them for
/// new threads and for code that it has not loaded yet, and ends the process when it gets none. So the last ones are left alone.
/// The system gives the lowest number that is free, so a number near the limit says that nearly all are taken, by whatever.
/// </summary>
internal static class Descriptors
{
    /// <summary>The last ones, which files and sockets may not take.</summary>
    public const int Reserve = 24;

    // What the runtime sets on macOS when it starts.
    private const int OnMac = 10_240;

    /// <summary>How many there may be; null where there is no such limit.</summary>
    public static int? Limit { get; } = ReadLimit();

    /// <summary>How many there are now, as far as the system tells.</summary>
    public static int Open => Directory.Exists("/dev/fd") ? Directory.EnumerateFileSystemEntries("/dev/fd").Count() : 0;

    /// <summary>Whether a descriptor is one of the last.</summary>
    public static bool IsAmongLast(nint descriptor, int last = Reserve) => Limit is { } limit && descriptor >= limit - last;

    private static int? ReadLimit()
    {
        const string Limits = "/proc/self/limits";
        const string Name = "Max open files";
        if (!File.Exists(Limits))
        {
            return OperatingSystem.IsMacOS() ? OnMac : null;
        }

        var line = File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        var soft = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }
}
