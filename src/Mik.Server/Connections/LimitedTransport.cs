using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;
using Mik.Server.Observability;
using Mik.Server.Pipeline;
using Mik.Server.Problems;
using Mik.Server.Requests;

namespace Mik.Server.Connections;

/// <summary>
/// Kestrel's sockets with a limit of connections. Those above it get a 503 as they come, before anything is made for them, and are closed;
/// with TLS, which would cost a handshake, they are just closed.
/// </summary>
internal sealed class LimitedTransport(
    IConnectionListenerFactory sockets, ClientConnections connections, bool isEncrypted, LoadShedder refusals, ILogger log) : IConnectionListenerFactory
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // Fewer than the descriptors that connections leave to others.
    private const int MostLingering = 16;
    private const int MostLingeringAmongLast = 4;

    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(500);

    private readonly List<Listener> _listeners = [];
    private int _refused;
    private Refusal? _refusal;
    private Refusal? _shortage;

    /// <inheritdoc/>
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = new Listener(this, await sockets.BindAsync(endpoint, cancellationToken));
        _listeners.Add(listener);
        return listener;
    }

    /// <summary>No more connections are taken; those that are there go on.</summary>
    public async Task StopAcceptingAsync()
    {
        foreach (var listener in _listeners)
        {
            await listener.UnbindAsync();
        }
    }

    /// <summary>
    /// Tells a client that there is no room for it, and closes its connection. Where that has one of the last descriptors, the next one is taken when it
    /// has been given back: what is refused stays open for a moment, and a flood of it would take them all.
    /// </summary>
    private Task RefuseAsync(ConnectionContext connection)
    {
        var isLast = ClientConnections.HasLastDescriptor(connection);
        var refusal = isLast && connections.Count < connections.Maximum ? _shortage ??= new Refusal(Shortage, null, 0)
            : _refusal is { } known && known.Number == connections.Maximum ? known : _refusal = MakeRefusal(connections.Maximum);
        var id = RequestId.New();
        if (refusals.TryTell(refusal, refusal.Problem))
        {
            Events.RequestRejected(log, refusal.Problem.StatusCode, id, ProblemTable.Row(refusal.Problem.Kind).Slug, refusal.Problem.Detail);
        }

        try
        {
            if (!isEncrypted)
            {
                // Some hundred bytes always fit the buffer of a new socket.
                connection.Features.Get<IConnectionSocketFeature>()?.Socket.Send(ProblemMessage.Of(refusal.Problem, id));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has gone by itself.
        }

        var mayLinger = Interlocked.Increment(ref _refused) <= (isLast ? MostLingeringAmongLast : MostLingering) && !isEncrypted;
        var closing = CloseAsync(connection, mayLinger);
        return isLast && !mayLinger ? closing : Task.CompletedTask;
    }

    /// <summary>Ends a connection that comes when the idle ones have been cut: it is one of them.</summary>
    private static async Task CutAsync(ConnectionContext connection)
    {
        connection.Abort();
        await connection.DisposeAsync();
    }

    private static Problem Shortage => new(ProblemKind.Overloaded, "The server has no file descriptor left for the connection.");

    private static Refusal MakeRefusal(int maximum) =>
        new(new Problem(ProblemKind.Overloaded, $"The server already has {maximum} connections, its limit."), null, maximum);

    /// <summary>
    /// Closes a connection that was told. Closed at once, with what the client sends unread, the system would reset it, and the client might never
    /// read why. So a few may stay for a moment.
    /// </summary>
    private async Task CloseAsync(ConnectionContext connection, bool mayLinger)
    {
        if (mayLinger)
        {
            try
            {
                connection.Features.Get<IConnectionSocketFeature>()?.Socket.Shutdown(SocketShutdown.Send);
                await Task.Delay(Linger, connection.ConnectionClosed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // It has gone by itself.
            }
        }

        connection.Abort(new ConnectionAbortedException("There are too many connections."));
        await connection.DisposeAsync();
        Interlocked.Decrement(ref _refused);
    }

    private sealed class Listener(LimitedTransport owner, IConnectionListener sockets) : IConnectionListener
    {
        public EndPoint EndPoint => sockets.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                ConnectionContext? accepted;
                try
                {
                    accepted = await sockets.AcceptAsync(cancellationToken);
                }
                catch (Exception exception) when (Problems.Shortage.Is(exception))
                {
                    // Whoever waits goes on waiting. Kestrel would stop to listen.
                    await Task.Delay(Pause, cancellationToken);
                    continue;
                }

                if (accepted is null)
                {
                    return null;
                }

                if (owner.Connections.TryAdd(accepted, out var connection))
                {
                    return connection;
                }

                await (owner.Connections.IsOver ? CutAsync(accepted) : owner.RefuseAsync(accepted));
            }
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => sockets.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => sockets.DisposeAsync();
    }

    private ClientConnections Connections => connections;
}
