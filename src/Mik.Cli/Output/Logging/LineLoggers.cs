using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Mik.Configuration;

namespace Mik.Cli.Output.Logging;

/// <summary>Makes the loggers of a command; disposing it writes what waits.</summary>
/// <param name="filter">What is logged.</param>
/// <param name="outputs">Forms, and where the lines of each go.</param>
internal sealed class LineLoggers(LogFilter filter, params (ILineFormat Format, LineQueue[] Queues)[] outputs) : ILoggerFactory
{
    private const string HttpServer = "Microsoft";

    private readonly ConcurrentDictionary<string, LineLogger> _loggers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) =>
        _loggers.GetOrAdd(categoryName, static (category, loggers) => new LineLogger(category, loggers.ThresholdOf(category), loggers.Outputs), this);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var queue in outputs.SelectMany(output => output.Queues))
        {
            queue.Dispose();
        }
    }

    private (ILineFormat Format, LineQueue[] Queues)[] Outputs => outputs;

    // Of the HTTP server's own only what ends it, unless it is asked for.
    private LogLevel ThresholdOf(string category) =>
        category.StartsWith(HttpServer, StringComparison.Ordinal)
            && !(filter.Categories.Count > 0 && filter.Categories.Keys.Any(known => known.StartsWith(HttpServer, StringComparison.Ordinal)))
            ? LogLevel.Critical
            : filter.Of(category) switch
            {
                LogThreshold.Off => LogLevel.None,
                LogThreshold.Error => LogLevel.Error,
                LogThreshold.Warn => LogLevel.Warning,
                LogThreshold.Info => LogLevel.Information,
                LogThreshold.Debug => LogLevel.Debug,
                _ => LogLevel.Trace,
            };
}
