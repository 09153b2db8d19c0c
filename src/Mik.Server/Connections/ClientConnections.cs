using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Mik.Wasi.Platform;

namespace Mik.Server.Connections;

/// <summary>
/// The connections of all clients, and how many there may be: as many as leave descriptors for everything else. When all places are taken, a
/// connection that has been idle makes room for a new one, so that whoever opens many and asks for nothing keeps nobody out.
/// </summary>
internal sealed class ClientConnections
{
    private const int MostWithoutLimit = 20_000;

    // Connections that may come while as many others end.
    private const int Overlap = 8;

    // Of many connections a few say enough about all.
    private const int Looked = 32;

    // One that was served before is an honest client's more often than one that has not asked for anything.
    private static readonly TimeSpan IdleLongEnough = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan IdleLongEnoughWhenServed = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);

    private readonly Lock _gate = new();
    private readonly List<ClientConnection> _all = [];
    private long _closedIdle;

    private readonly TimeProvider _clock;

    /// <summary>No connections yet.</summary>
    public ClientConnections(int? maximum, TimeProvider clock)
    {
        _clock = clock;
        Apply(maximum);
    }

    /// <summary>The time, in ticks of the clock.</summary>
    public long Now => _clock.GetTimestamp();

    /// <summary>How many there may be.</summary>
    public int Maximum { get; private set; }

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _all.Count;
            }
        }
    }

    /// <summary>Connections that were closed while idle to make room.</summary>
    public long ClosedIdle => Interlocked.Read(ref _closedIdle);

    /// <summary>Whether the server is about to stop: each answer tells its client to go elsewhere.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Whether no connection comes in any more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>How many connections the system's limit of descriptors allows.</summary>
    public static int Possible => Descriptors.ForClients ?? MostWithoutLimit;

    /// <summary>From now on there may be as many; null is as many as the system's limit allows.</summary>
    public void Apply(int? maximum) => Maximum = Math.Min(maximum ?? Possible, Descriptors.Limit is null ? int.MaxValue : Possible);

    /// <summary>Whether a connection has one of the descriptors that connections may not take.</summary>
    public static bool HasLastDescriptor(ConnectionContext connection) =>
        connection.Features.Get<IConnectionSocketFeature>() is { } feature && Descriptors.IsBeyondClients(feature.Socket.Handle);

    /// <summary>Gives a new connection its place. False when there is none.</summary>
    public bool TryAdd(ConnectionContext accepted, [NotNullWhen(true)] out ClientConnection? connection)
    {
        connection = null;
        if (HasLastDescriptor(accepted))
        {
            // Something else took more than was left for it. Room is made for the next one.
            _ = TryMakeRoom();
            return false;
        }

        var count = Count;
        if (count >= Maximum && (!TryMakeRoom() || count >= Maximum + Overlap))
        {
            return false;
        }

        lock (_gate)
        {
            if (IsOver)
            {
                return false;
            }

            connection = new ClientConnection(accepted, this) { Index = _all.Count };
            _all.Add(connection);
        }

        return true;
    }

    /// <summary>Takes a connection out that has ended.</summary>
    public void Remove(ClientConnection connection)
    {
        lock (_gate)
        {
            var last = _all[^1];
            _all[connection.Index] = last;
            last.Index = connection.Index;
            _all.RemoveAt(_all.Count - 1);
        }
    }

    /// <summary>
    /// From now on each answer tells its client to go elsewhere. Those of HTTP/2 and those with a request under way are told now, but for one
    /// whose answer has begun: it would be closed without a word, while its client may already send the next request.
    /// </summary>
    public void Leave()
    {
        IsLeaving = true;
        foreach (var connection in Snapshot().Where(connection => connection.IsHttp2 || !IsYetToBeTold(connection)))
        {
            connection.AskToEnd();
        }
    }

    /// <summary>Waits until no client is left that can be told only by an answer yet to begin: each has asked and was told, or is gone.</summary>
    public async Task WaitForIdleAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        // Clients live by the system's time, whatever the server's clock is.
        var startedAt = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(startedAt) < limit && !cancellationToken.IsCancellationRequested && Snapshot().Any(IsYetToBeTold))
        {
            await Task.Delay(Glance, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Cuts those of which no request has come whole in this time. One that was just answered still sends. None comes in any more: one that was
    /// accepted before, and comes late on a busy machine, would be waited for without a request.
    /// </summary>
    public void CutIdle(TimeSpan time)
    {
        lock (_gate)
        {
            IsOver = true;
        }

        foreach (var connection in Snapshot().Where(connection =>
            connection.IsIdle && !connection.IsHttp2 && (!connection.WasServed || _clock.GetElapsedTime(connection.IdleSince) >= time)))
        {
            connection.Abort();
        }
    }

    private static bool IsYetToBeTold(ClientConnection connection) => connection.IsIdle || (!connection.IsHttp2 && connection.HasAnswerBegun);

    private ClientConnection[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _all];
        }
    }

    private bool TryMakeRoom()
    {
        ClientConnection? longest = null;
        lock (_gate)
        {
            var first = _all.Count <= Looked ? 0 : Random.Shared.Next(_all.Count);
            for (var looked = 0; looked < Math.Min(_all.Count, Looked); looked++)
            {
                var connection = _all[(first + looked) % _all.Count];
                longest = MayGo(connection) && (longest is null || GoesBefore(connection, longest)) ? connection : longest;
            }
        }

        if (longest is null)
        {
            return false;
        }

        longest.End();
        Interlocked.Increment(ref _closedIdle);
        return true;
    }

    private bool MayGo(ClientConnection connection) =>
        connection.IsIdle && _clock.GetElapsedTime(connection.IdleSince) >= (connection.WasServed ? IdleLongEnoughWhenServed : IdleLongEnough);

    private static bool GoesBefore(ClientConnection one, ClientConnection other) =>
        one.WasServed == other.WasServed ? one.IdleSince < other.IdleSince : other.WasServed;
}
