using System.Net;
using System.Net.Sockets;
using System.Text;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Egress;
using Mik.Wasi.Http.Types;

namespace Mik.Wasi.Tests.Http;

public sealed class OutgoingHttpTests : IDisposable
{
    private const string EndlessBody = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nx";

    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(30));
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public OutgoingHttpTests() => _listener.Start();

    public void Dispose()
    {
        _listener.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task Handle_WildcardAndLoopback_IsProhibitedAtTheDialledAddress()
    {
        using var outgoing = new OutgoingHttp(EgressPolicy.Parse(["*"]));
        var wasi = Context(outgoing);
        using var future = OutgoingHandler.Handle(wasi, Request(Fields.Create(new WasiContext())), null).Value!;

        await Task.Run(() => future.Subscribe().Block(wasi), _deadline.Token);
        Assert.Equal("destination-IP-prohibited", future.Get()!.Value.Value.Error.Name);
        Assert.False(_listener.Pending());
    }

    [Fact]
    public void Handle_HostNotAllowed_IsDenied()
    {
        using var outgoing = new OutgoingHttp(EgressPolicy.DenyAll);

        Assert.Equal("HTTP-request-denied", OutgoingHandler.Handle(Context(outgoing), Request(Fields.Create(new WasiContext())), null).Error.Name);
    }

    [Fact]
    public async Task Handle_FieldValueOfAnyBytes_ArrivesAsItIs()
    {
        using var outgoing = new OutgoingHttp(EgressPolicy.Parse(["127.0.0.1"]));
        var value = Encoding.UTF8.GetBytes("grüße");
        using var future = OutgoingHandler.Handle(Context(outgoing), Request(Fields.FromList(new WasiContext(), [("x-name", value)]).Value!), null).Value!;

        using var client = await _listener.AcceptTcpClientAsync(_deadline.Token);

        Assert.Contains(Encoding.Latin1.GetString(value), await ReadHeadAsync(client.GetStream()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Twice_IsNoneThenTheResponseThenAnError()
    {
        using var outgoing = new OutgoingHttp(EgressPolicy.Parse(["127.0.0.1"]));
        var wasi = Context(outgoing);
        using var future = OutgoingHandler.Handle(wasi, Request(Fields.Create(new WasiContext())), null).Value!;
        using var client = await _listener.AcceptTcpClientAsync(_deadline.Token);
        Assert.Null(future.Get());
        using var response = await AnswerAsync(client, future, wasi);

        Assert.Equal(200, response.Status());
        Assert.False(future.Get()!.Value.IsOk);
        Assert.True(response.Consume(new WasiContext()).IsOk);
        Assert.False(response.Consume(new WasiContext()).IsOk);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dispose_OfAnUnfinishedBody_ClosesItsConnection(bool finish)
    {
        using var outgoing = new OutgoingHttp(EgressPolicy.Parse(["127.0.0.1"]));
        var wasi = Context(outgoing);
        using var future = OutgoingHandler.Handle(wasi, Request(Fields.Create(new WasiContext())), null).Value!;
        using var client = await _listener.AcceptTcpClientAsync(_deadline.Token);
        using var response = await AnswerAsync(client, future, wasi);
        var body = response.Consume(new WasiContext()).Value!;
        using (var stream = body.OpenStream().Value!)
        {
            Assert.Equal(1, stream.BlockingRead(wasi, 10).Value.Length);
            Assert.Equal(0, stream.Read(10).Value.Length);
        }
        if (finish)
        {
            var trailers = IncomingBody.Finish(body);
            Assert.Null(trailers.Get());
            trailers.Dispose();
        }
        else
        {
            body.Dispose();
        }

        await AssertClosedAsync(client);
    }

    [Fact]
    public async Task Dispose_OfAFutureWhoseResponseWasNotTaken_ClosesItsConnection()
    {
        using var outgoing = new OutgoingHttp(EgressPolicy.Parse(["127.0.0.1"]));
        var wasi = Context(outgoing);
        var future = OutgoingHandler.Handle(wasi, Request(Fields.Create(new WasiContext())), null).Value!;
        using var client = await _listener.AcceptTcpClientAsync(_deadline.Token);
        await ReadHeadAsync(client.GetStream());
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(EndlessBody), _deadline.Token);
        await Task.Run(() => future.Subscribe().Block(wasi), _deadline.Token);
        future.Dispose();

        await AssertClosedAsync(client);
    }

    private WasiHttpContext Context(OutgoingHttp outgoing) => new() { OutgoingHttp = outgoing, CancellationToken = _deadline.Token };

    private OutgoingRequest Request(Fields fields)
    {
        var request = OutgoingRequest.Create(new WasiContext(), fields);
        Assert.True(request.SetScheme(Scheme.Parse("http")).IsOk);
        Assert.True(request.SetAuthority($"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}").IsOk);
        return request;
    }

    private async Task<IncomingResponse> AnswerAsync(TcpClient client, FutureIncomingResponse future, WasiHttpContext wasi)
    {
        await ReadHeadAsync(client.GetStream());
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(EndlessBody), _deadline.Token);
        await Task.Run(() => future.Subscribe().Block(wasi), _deadline.Token);
        return future.Get()!.Value.Value.Value!;
    }

    private async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var buffer = new byte[1024];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, _deadline.Token);
            Assert.NotEqual(0, count);
            head.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        return head.ToString();
    }

    private async Task AssertClosedAsync(TcpClient client)
    {
        try
        {
            Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], _deadline.Token));
        }
        catch (IOException)
        {
            // A reset says the same.
        }
    }
}
