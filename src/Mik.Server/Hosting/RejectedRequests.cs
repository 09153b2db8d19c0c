using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Mik.Server.Connections;
using Mik.Server.Observability;
using Mik.Server.Pipeline;
using Mik.Server.Problems;
using Mik.Server.Requests;

namespace Mik.Server.Hosting;

/// <summary>
/// Requests of HTTP/1.x that Kestrel refuses before anybody else sees them: no request line, broken or oversized headers, headers that do not
/// come. Kestrel answers with a head alone; here that becomes a problem with an identity, is counted and logged. Which connection it happens on is told by the
/// log event that Kestrel writes right before its answer; nothing else tells it.
/// </summary>
internal sealed class RejectedRequests(LoadShedder refusals, ILoggerFactory logs) : ILoggerFactory
{
    private const string Category = "Microsoft.AspNetCore.Server.Kestrel.BadRequests";

    // Which one it is does not matter: it counts those that are not told.
    private readonly Refusal _flood = new(new Problem(ProblemKind.InvalidRequest, "These were no HTTP requests."), null, 0);
    private readonly ConcurrentDictionary<string, RejectionWriter> _connections = new(StringComparer.Ordinal);
    private readonly ILogger _requests = logs.CreateLogger("mik.request");

    /// <summary>Serves a connection.</summary>
    public async Task OnConnectionAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol.Span
            .SequenceEqual(SslApplicationProtocol.Http2.Protocol.Span) == true)
        {
            connection.Features.Get<ClientConnection>()?.IsHttp2 = true;
            await next(connection);
            return;
        }

        var transport = connection.Transport;
        var writer = new RejectionWriter(transport.Output);
        connection.Transport = new Pipes(transport.Input, writer);
        _connections[connection.ConnectionId] = writer;
        try
        {
            await next(connection);
        }
        finally
        {
            _connections.TryRemove(connection.ConnectionId, out _);
            connection.Transport = transport;
        }
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) =>
        categoryName == Category ? new Listener(this, logs.CreateLogger(categoryName)) : logs.CreateLogger(categoryName);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => logs.AddProvider(provider);

    /// <inheritdoc/>
    public void Dispose()
    {
        // The factory is someone else's.
    }

    private void Reject(string connectionId, BadHttpRequestException exception)
    {
        if (!_connections.TryGetValue(connectionId, out var writer))
        {
            return;
        }

        var problem = new Problem(ProblemKind.InvalidRequest, $"This is no HTTP request that can be answered: {exception.Message}", exception.StatusCode);
        var id = RequestId.New();
        writer.Expect(problem, id, isRejected =>
        {
            if (isRejected && refusals.TryTell(_flood, problem))
            {
                Events.RequestRejected(_requests, problem.StatusCode, id, ProblemTable.Row(problem.Kind).Slug, problem.Detail);
            }
        });
    }

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>Hears of what Kestrel refuses, and passes on what it hears.</summary>
    private sealed class Listener(RejectedRequests owner, ILogger log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Debug || log.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is BadHttpRequestException rejection && state is IReadOnlyList<KeyValuePair<string, object?>> values)
            {
                foreach (var (name, value) in values)
                {
                    if (name == "ConnectionId" && value is string connectionId)
                    {
                        owner.Reject(connectionId, rejection);
                    }
                }
            }

            log.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
