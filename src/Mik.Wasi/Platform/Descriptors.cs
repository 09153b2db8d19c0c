using System.Globalization;

namespace Mik.Wasi.Platform;

/// <summary>
/// The file descriptors that this process may have. One that runs out of them is not only short of files and sockets: the runtime needs them for
/// new threads and for code that it has not loaded yet, and ends the process when it gets none. So the last ones are left alone.
/// The system gives the lowest number that is free, so a number near the limit says that nearly all are taken, by whatever.
/// </summary>
internal static class Descriptors
{
    /// <summary>The last ones, which clients may not take.</summary>
    public const int BeyondClients = 32;

    // What is left at the end is for clients: whoever is there can be told that there is too much to do.
    private const int BeyondOthers = BeyondClients + 8;

    private const int LeastForOthers = 48;
    private const int MostForOthers = 4096;
    private const int LeastForClients = 8;
    private const int MostForClients = 100_000;

    // What the runtime sets on macOS when it starts.
    private const int OnMac = 10_240;

    /// <summary>How many there may be; null where there is no such limit.</summary>
    public static int? Limit { get; } = ReadLimit();

    private static int OpenAtStart { get; } = Directory.Exists("/dev/fd") ? Directory.EnumerateFileSystemEntries("/dev/fd").Count() : 0;

    /// <summary>How many connections of clients they allow; null where there is no limit.</summary>
    public static int? ForClients { get; } = Limit is { } limit
        ? Math.Clamp(limit - OpenAtStart - Math.Clamp(limit / 4, LeastForOthers, MostForOthers), LeastForClients, MostForClients)
        : null;

    /// <summary>How many files and outgoing connections they allow: what clients leave, without the last ones.</summary>
    public static int ForOthers { get; } = Limit is { } limit
        ? Math.Max(LeastForOthers - BeyondOthers, limit - OpenAtStart - ForClients!.Value - BeyondOthers)
        : int.MaxValue;

    /// <summary>Whether one is among the last, which clients may not take.</summary>
    public static bool IsBeyondClients(nint descriptor) => Limit is { } limit && descriptor >= limit - BeyondClients;

    /// <summary>Whether one is among the last, which files and outgoing connections may not take.</summary>
    public static bool IsBeyondOthers(nint descriptor) => Limit is { } limit && descriptor >= limit - BeyondOthers;

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
