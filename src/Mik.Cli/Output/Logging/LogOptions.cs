using Mik.Configuration;

namespace Mik.Cli.Output.Logging;

/// <summary>What is logged, how and where.</summary>
internal sealed record LogOptions
{
    /// <summary>How it looks on stderr.</summary>
    public LogFormat Format { get; init; }

    /// <summary>What is logged.</summary>
    public LogFilter Filter { get; init; } = LogFilter.Everywhere(LogThreshold.Info);

    /// <summary>The project folder below which the log is kept in files as well; null is no file.</summary>
    public string? ProjectFolder { get; init; }

    /// <summary>Size at which a file is closed and the next one begun (<c>log_max_size_mb</c>).</summary>
    public long MaxFileBytes { get; init; } = 10L << 20;

    /// <summary>Files that are kept, the current one among them (<c>log_max_files</c>).</summary>
    public int MaxFiles { get; init; } = 5;
}
