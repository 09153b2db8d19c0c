using System.Net;
using System.Net.Sockets;
using Mik.Wasi.Http.Egress;
using Mik.Wasi.Http.Types;
using Mik.Wasi.Platform;

namespace Mik.Wasi.Tests.Platform;

/// <summary>Files and outgoing connections have their descriptors, and leave clients theirs.</summary>
public sealed class DescriptorPoolTests
{
    [Fact]
    public void Process_LeavesClientsWhatIsTheirs()
    {
        var limit = Descriptors.Limit ?? int.MaxValue;

        Assert.InRange((long)Descriptors.ForOthers + (Descriptors.ForClients ?? 0) + Descriptors.BeyondClients, 1, limit);
        Assert.Equal(Descriptors.ForOthers, DescriptorPool.OfProcess.Size);
    }

    [Fact]
    public void Request_HasHalfAndAnotherTheRest()
    {
        var process = new DescriptorPool(10);
        var (first, second) = (process.OfRequest(), process.OfRequest());
        var taken = new List<DescriptorPool.Place>();
        while (first.TryTake(out var place))
        {
            taken.Add(place);
        }

        Assert.Equal(5, taken.Count);
        for (var more = 0; more < 5; more++)
        {
            Assert.True(second.TryTake(out _));
        }

        Assert.False(process.TryTake(out _));
        taken.ForEach(place => place.Dispose());
        taken.ForEach(place => place.Dispose());
        Assert.Equal(5, process.Taken);
        Assert.True(process.OfRequest().TryTake(out _));
    }

    [Fact]
    public async Task Connections_BeyondTheShareOfARequest_AreItsErrorAndGiveTheirPlacesBack()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var upstream = new TcpListener(IPAddress.Loopback, 0);
        upstream.Start();
        using var outgoing = new OutgoingHttp(EgressPolicy.Parse(["127.0.0.1"]));
        var share = new OutgoingShare { Descriptors = new DescriptorPool(1) };
        var first = FetchAsync(outgoing, upstream, share, limit.Token);
        using var connection = await upstream.AcceptTcpClientAsync(limit.Token);

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => FetchAsync(outgoing, upstream, share, limit.Token));
        Assert.Equal("connection-limit-reached", ErrorCodes.FromException(refused).Name);
        Assert.Equal(1, share.Descriptors.Taken);

        await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), limit.Token);
        Assert.Equal(200, (await first).Status);
        while (share.Descriptors.Taken > 0)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static Task<OutgoingAnswer> FetchAsync(OutgoingHttp outgoing, TcpListener upstream, OutgoingShare share, CancellationToken cancellationToken) =>
        outgoing.FetchAsync(
            new OutgoingFetch("GET", new Uri($"http://{upstream.LocalEndpoint}/"), [], null) { Share = share, Admit = _ => { } }, cancellationToken);
}
