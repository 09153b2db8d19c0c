using System.Diagnostics;

namespace Mik.Server.Observability.Metrics;

/// <summary>Figures of the process and its runtime, under the names that Prometheus clients share where there is one.</summary>
internal static class ProcessMetrics
{
    /// <summary>The families; each is read when asked for.</summary>
    public static IEnumerable<MetricFamily> Families() =>
    [
        new(
            "process_cpu_seconds_total", MetricType.Counter, "Processor time of the process in seconds.",
            () => One(Environment.CpuUsage.TotalTime.TotalSeconds)),
        new("process_resident_memory_bytes", MetricType.Gauge, "Resident memory of the process.", () => One(Environment.WorkingSet)),
        new("process_start_time_seconds", MetricType.Gauge, "When the process started, in seconds since 1970.", () => One(StartTime)),
        new("process_open_fds", MetricType.Gauge, "Open file descriptors.", OpenFiles),
        new("process_threads", MetricType.Gauge, "Threads of the operating system in the process.", Threads),
        new("mik_gc_heap_bytes", MetricType.Gauge, "Managed heap after the last collection.", () => One(GC.GetGCMemoryInfo().HeapSizeBytes)),
        new(
            "mik_gc_pause_seconds_total", MetricType.Counter, "Time for which collections stopped the process.",
            () => One(GC.GetTotalPauseDuration().TotalSeconds)),
        new("mik_gc_allocated_bytes_total", MetricType.Counter, "Bytes allocated on the managed heap.", () => One(GC.GetTotalAllocatedBytes())),
        new("mik_gc_collections_total", MetricType.Counter, "Collections by generation.", Collections),
        new("mik_thread_pool_threads", MetricType.Gauge, "Threads of the runtime's pool.", () => One(ThreadPool.ThreadCount)),
        new("mik_thread_pool_queue_length", MetricType.Gauge, "Work that waits for a thread of the pool.", () => One(ThreadPool.PendingWorkItemCount)),
    ];

    private static double StartTime { get; } = ReadStartTime();

    private static double ReadStartTime()
    {
        using var process = Process.GetCurrentProcess();
        return (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    }

    private static IEnumerable<Sample> One(double value) => [new([], value)];

    private static IEnumerable<Sample> OpenFiles()
    {
        const string Descriptors = "/proc/self/fd";
        return Directory.Exists(Descriptors) ? One(Directory.EnumerateFileSystemEntries(Descriptors).Count()) : [];
    }

    private static IEnumerable<Sample> Threads()
    {
        using var process = Process.GetCurrentProcess();
        return One(process.Threads.Count);
    }

    private static IEnumerable<Sample> Collections() =>
        Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation => new Sample([new("generation", $"{generation}")], GC.CollectionCount(generation)));
}
