using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Mik.Server.Connections;

/// <summary>A connection of a client, of which is known whether it is in use. It counts until its descriptor has been given back.</summary>
internal sealed class ClientConnection : ConnectionContext
{
    private readonly ConnectionContext _accepted;
    private readonly ClientConnections _owner;
    private IFeatureCollection? _request;
    private int _requests;
    private long _idleSince;
    private bool _isAskedToEnd;

    /// <summary>One that was just accepted.</summary>
    public ClientConnection(ConnectionContext accepted, ClientConnections owner)
    {
        _accepted = accepted;
        _owner = owner;
        _idleSince = owner.Now;
        accepted.Features.Set(this);
    }

    /// <summary>Where it is among all; under the owner's gate.</summary>
    public int Index { get; set; }

    /// <summary>Whether it speaks HTTP/2, as far as is known yet.</summary>
    public bool IsHttp2 { get; set; }

    /// <summary>Whether no request is in it: nothing came yet, the next one has not come whole, or none is on its way.</summary>
    public bool IsIdle => Volatile.Read(ref _requests) == 0;

    /// <summary>Whether a request of it was answered.</summary>
    public bool WasServed { get; private set; }

    /// <summary>Since when, in ticks of the clock.</summary>
    public long IdleSince => Volatile.Read(ref _idleSince);

    /// <inheritdoc/>
    public override string ConnectionId
    {
        get => _accepted.ConnectionId;
        set => _accepted.ConnectionId = value;
    }

    /// <inheritdoc/>
    public override IFeatureCollection Features => _accepted.Features;

    /// <inheritdoc/>
    public override IDictionary<object, object?> Items
    {
        get => _accepted.Items;
        set => _accepted.Items = value;
    }

    /// <inheritdoc/>
    public override IDuplexPipe Transport
    {
        get => _accepted.Transport;
        set => _accepted.Transport = value;
    }

    /// <inheritdoc/>
    public override CancellationToken ConnectionClosed
    {
        get => _accepted.ConnectionClosed;
        set => _accepted.ConnectionClosed = value;
    }

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint
    {
        get => _accepted.LocalEndPoint;
        set => _accepted.LocalEndPoint = value;
    }

    /// <inheritdoc/>
    public override EndPoint? RemoteEndPoint
    {
        get => _accepted.RemoteEndPoint;
        set => _accepted.RemoteEndPoint = value;
    }

    /// <summary>Whether the answer to the latest request has begun: its head is on its way, and can say no more.</summary>
    public bool HasAnswerBegun => Volatile.Read(ref _request)?.Get<IHttpResponseFeature>()?.HasStarted is true;

    /// <summary>A request begins.</summary>
    public void BeginRequest(IFeatureCollection request)
    {
        Volatile.Write(ref _request, request);
        Interlocked.Increment(ref _requests);
        if (_owner.IsLeaving)
        {
            AskToEnd();
        }
    }

    /// <summary>A request has ended.</summary>
    public void EndRequest()
    {
        WasServed = true;
        Volatile.Write(ref _idleSince, _owner.Now);
        Interlocked.Decrement(ref _requests);
    }

    /// <summary>
    /// Tells the client to go elsewhere: the answer under way says <c>Connection: close</c>, HTTP/2 gets a GOAWAY; one that is idle is closed.
    /// </summary>
    public void AskToEnd() => Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();

    /// <summary>Ends an idle connection: asks, and the second time does not ask. One that came halfway with its request cannot be asked.</summary>
    public void End()
    {
        if (_isAskedToEnd)
        {
            Abort(new ConnectionAbortedException("Others need the connection's place."));
            return;
        }

        _isAskedToEnd = true;
        Volatile.Write(ref _idleSince, _owner.Now);
        AskToEnd();
    }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason) => _accepted.Abort(abortReason);

    /// <inheritdoc/>
    public override void Abort() => _accepted.Abort();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        try
        {
            await _accepted.DisposeAsync();
            await base.DisposeAsync();
        }
        finally
        {
            _owner.Remove(this);
        }
    }
}
