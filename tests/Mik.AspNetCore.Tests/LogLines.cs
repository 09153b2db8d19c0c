using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Mik.AspNetCore.Tests;

/// <summary>Keeps what was logged, with its category.</summary>
internal sealed class LogLines : ILoggerProvider
{
    public ConcurrentQueue<(string Category, LogLevel Level, string Text)> Lines { get; } = new();

    /// <summary>Waits until there is such a line: some come a moment after the answer.</summary>
    public async Task WaitForAsync(Func<(string Category, LogLevel Level, string Text), bool> isSuch)
    {
        var limit = DateTime.UtcNow.AddSeconds(60);
        while (!Lines.Any(isSuch))
        {
            Assert.True(DateTime.UtcNow < limit, "there is no such line in the log: " + string.Join('\n', Lines));
            await Task.Yield();
        }
    }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Category(LogLines log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Lines.Enqueue((name, logLevel, formatter(state, exception)));
    }
}
