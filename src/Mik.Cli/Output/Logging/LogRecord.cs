using Microsoft.Extensions.Logging;

namespace Mik.Cli.Output.Logging;

/// <summary>One event of the log.</summary>
/// <param name="Time">When it was.</param>
/// <param name="Level">How grave it is.</param>
/// <param name="Category">What it is about: <c>mik.request</c>.</param>
/// <param name="Message">What happened.</param>
/// <param name="Values">The values in the message, by their names; null where there are none.</param>
/// <param name="Exception">The exception that it tells of, or null.</param>
internal readonly record struct LogRecord(
    DateTime Time,
    LogLevel Level,
    string Category,
    string Message,
    IReadOnlyList<KeyValuePair<string, object?>>? Values = null,
    Exception? Exception = null);
