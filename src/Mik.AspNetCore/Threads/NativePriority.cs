using System.Globalization;
using System.Runtime.InteropServices;

namespace Mik.AspNetCore.Threads;

/// <summary>
/// Lowers the priority of one thread, where Linux has a way: its share of the processors when others want them (nice), and how long it may go on when another
/// wakes up (its slice). Anybody may lower; raising again takes a right that servers rarely have, so a thread that was lowered is not used for anything else.
/// </summary>
internal static class NativePriority
{
    /// <summary>The lowest there is.</summary>
    public const int MaxNice = 19;

    // Linux 6.12 and later let a thread with a shorter slice go first at once; what is longer than 100 ms is taken for that.
    private const ulong SliceNanoseconds = 100_000_000;

    /// <summary>The calling thread, for <see cref="Lower"/>; 0 where there is no such number.</summary>
    public static int CurrentThread
    {
        get
        {
            try
            {
                return OperatingSystem.IsLinux() ? GetThreadId() : 0;
            }
            catch (EntryPointNotFoundException)
            {
                return 0;
            }
        }
    }

    private static long SetAttributesNumber => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 314,
        Architecture.Arm64 => 274,
        _ => 0,
    };

    /// <summary>How long a thread of this process has had a processor; null where the system does not tell.</summary>
    /// <param name="thread">The thread.</param>
    public static TimeSpan? ProcessorTime(int thread)
    {
        // The kernel's number of the clock of one thread: its inverted number, "of a thread" and "what the scheduler counts".
        return thread != 0 && GetClock((~thread << 3) | 6, out var time) == 0
            ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000)
            : null;
    }

    /// <summary>Whether a thread of this process has a processor or is in line for one; false where the system does not tell.</summary>
    /// <param name="thread">The thread.</param>
    public static bool IsForAProcessor(int thread)
    {
        if (thread == 0)
        {
            return false;
        }

        // Its number, its name in brackets, which holds any characters, and its state.
        Span<byte> text = stackalloc byte[64];
        try
        {
            using var file = File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{thread}/stat"));
            text = text[..RandomAccess.Read(file, text, 0)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        var end = text.LastIndexOf(") "u8);
        return end >= 0 && text[end..].StartsWith(") R"u8);
    }

    /// <summary>Lowers a thread. What the system does not allow is left as it is.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="nice">The nice value, from 0 (which changes nothing) to <see cref="MaxNice"/>, on top of the process' own.</param>
    public static void Lower(int thread, int nice)
    {
        if (thread == 0 || nice == 0)
        {
            return;
        }

        var value = Math.Min(MaxNice, GetPriority(0, Environment.ProcessId) + nice);
        if (!TrySet(thread, value, SliceNanoseconds))
        {
            _ = SetPriority(0, thread, value);
        }
    }

    /// <summary>
    /// Lets others go before a thread whenever they wake up, without taking from its share: what anybody may take back with <see cref="GoFirst"/>.
    /// </summary>
    public static void LetOthersGoFirst(int thread) => _ = thread != 0 && TrySet(thread, GetPriority(0, Environment.ProcessId), SliceNanoseconds);

    /// <summary>Takes back <see cref="LetOthersGoFirst"/>.</summary>
    public static void GoFirst(int thread) => _ = thread != 0 && TrySet(thread, GetPriority(0, Environment.ProcessId), 0);

    private static bool TrySet(int thread, int nice, ulong slice)
    {
        var attributes = new SchedulingAttributes { Size = SchedulingAttributes.BytesOfFirstVersion, Nice = nice, Runtime = slice };
        return SetAttributesNumber != 0 && SetAttributes(SetAttributesNumber, thread, ref attributes, 0) == 0;
    }

    [DllImport("libc", EntryPoint = "gettid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetThreadId();

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetClock(int clock, out ClockTime time);

    [DllImport("libc", EntryPoint = "getpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetPriority(int which, int who);

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int nice);

    // sched_setattr has no function in most C libraries.
    [DllImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern long SetAttributes(long number, int thread, ref SchedulingAttributes attributes, uint flags);

    [StructLayout(LayoutKind.Sequential)]
    private struct ClockTime
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct SchedulingAttributes
    {
        public const uint BytesOfFirstVersion = 48;

        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong Runtime;
        public ulong Deadline;
        public ulong Period;
    }
}
