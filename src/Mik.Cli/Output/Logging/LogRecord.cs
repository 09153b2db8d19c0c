using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Mik.Cli.Output.Logging;

/// <summary>One event of the log.</summary>
/// <param name="Time">When it was, in UTC.</param>
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
    Exception? Exception = null)
{
    /// <summary>The most characters of one text in an event: what guests choose (an error's message, a function's name) may be of any length.</summary>
    public const int MaxCharacters = 32 << 10;

    /// <summary>A text with no more than that.</summary>
    public static string Bounded(string text) => text.Length <= MaxCharacters
        ? text
        : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, MaxCharacters)}… ({text.Length - MaxCharacters} characters more)");
}
