using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Mik.Server.Connections;
using Mik.Server.Observability.Metrics;
using Mik.Server.Options;
using Mik.Server.Pipeline;

namespace Mik.Server.Tests.Hosting;

/// <summary>A connection that the system has accepted, and that comes when the server has already cut those that ask for nothing.</summary>
public sealed class LateConnectionTests
{
    [Fact]
    public async Task Connection_AfterTheIdleWereCut_IsCutToo()
    {
        using var metrics = new ServerMetrics();
        var options = new MikServerOptions();
        using var shedder = new LoadShedder(new AdmissionController(options, NullLogger.Instance), metrics, TimeProvider.System, NullLogger.Instance);
        var connections = new ClientConnections(maximum: null, TimeProvider.System);
        var (early, late) = (new Connection(), new Connection());
        var transport = new LimitedTransport(new Sockets(early, late), connections, isEncrypted: false, shedder, NullLogger.Instance);
        var listener = await transport.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.NotNull(await listener.AcceptAsync());

        connections.CutIdle(TimeSpan.Zero);

        Assert.Null(await listener.AcceptAsync());
        Assert.Equal(1, connections.Count);
        Assert.True(early.IsCut);
        Assert.True(late.IsCut);
    }

    private sealed class Connection : ConnectionContext
    {
        public bool IsCut { get; private set; }

        public override string ConnectionId { get; set; } = "";

        public override IFeatureCollection Features { get; } = new FeatureCollection();

        public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

        public override IDuplexPipe Transport
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Abort(ConnectionAbortedException abortReason) => IsCut = true;
    }

    /// <summary>Listens to nothing: the connections are those given, then there are no more.</summary>
    private sealed class Sockets(params IEnumerable<ConnectionContext> accepted) : IConnectionListenerFactory, IConnectionListener
    {
        private readonly Queue<ConnectionContext> _accepted = new(accepted);

        public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 0);

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            new(_accepted.TryDequeue(out var connection) ? connection : null);

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => default;

        public ValueTask DisposeAsync() => default;
    }
}
