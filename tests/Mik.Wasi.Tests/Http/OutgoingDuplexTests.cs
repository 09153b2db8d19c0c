using System.Net;
using System.Net.Sockets;
using System.Text;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Egress;
using Mik.Wasi.Http.Types;
using Mik.Wasi.Io.Streams;

namespace Mik.Wasi.Tests.Http;

/// <summary>Outgoing HTTP/1.1 where both sides speak at once, against a server that is a socket.</summary>
public sealed class OutgoingDuplexTests : IDisposable
{
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(60));
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly OutgoingHttp _outgoing = new(EgressPolicy.Parse(["127.0.0.1"]));
    private readonly WasiHttpContext _wasi;

    public OutgoingDuplexTests()
    {
        _listener.Start();
        _wasi = new WasiHttpContext { OutgoingHttp = _outgoing, CancellationToken = _deadline.Token };
    }

    public void Dispose()
    {
        _outgoing.Dispose();
        _listener.Dispose();
        _deadline.Dispose();
    }

    [Theory]
    [InlineData(null, false, "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig")]
    [InlineData(5_000_000, false, "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig")]
    [InlineData(null, true, "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")]
    [InlineData(5_000_000, true, "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")]
    [InlineData(null, true, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 413 Too Large\r\nTransfer-Encoding: "
        + "chunked\r\n\r\n3\r\nbig\r\n0\r\n\r\n")]
    [InlineData(null, false, "HTTP/1.0 500 No\n\nbig")]
    public async Task EarlyAnswer_IsSeenAndEndsTheBody(int? length, bool staysOpen, string answer)
    {
        var server = Task.Run(async () =>
        {
            using var client = await _listener.AcceptTcpClientAsync(_deadline.Token);
            await ReadHeadAsync(client.GetStream());
            await SendAsync(client.GetStream(), answer);
            if (staysOpen)
            {
                // Until the other side closes.
                await Drain(client.GetStream());
            }
        }, _deadline.Token);

        var (status, body, written) = await RunGuest(() =>
        {
            using var future = Start("POST", length, out var request);
            var stream = request.Write().Value!;
            var chunk = new byte[4096];
            var sent = 0;
            Components.HostBinding.Result<Components.HostBinding.Unit, StreamError> wrote = default(Components.HostBinding.Unit);
            while (sent < 5_000_000 && wrote.IsOk)
            {
                wrote = stream.BlockingWriteAndFlush(_wasi, chunk);
                sent += chunk.Length;
            }
            Assert.False(wrote.IsOk);
            future.Subscribe().Block(_wasi);
            return Read(future, _wasi) is var (one, two, fields) && !fields.Contains("connection: close, close", StringComparison.Ordinal)
                ? (one, two, sent) : default;
        });

        Assert.Equal((answer.Contains("500", StringComparison.Ordinal) ? 500 : 413, "big"), (status, body));
        Assert.True(written < 5_000_000);
        await server;
    }

    [Theory]
    [InlineData(null)]
    [InlineData(6)]
    public async Task Head_ComesBeforeTheBodysEnd(int? length)
    {
        var server = Task.Run(async () =>
        {
            using var client = await _listener.AcceptTcpClientAsync(_deadline.Token);
            var stream = client.GetStream();
            await ReadHeadAsync(stream);
            await SendAsync(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            Assert.Equal(length is null ? "3\r\nabc\r\n" : "abc", await ReadAsync(stream, length is null ? 8 : 3));
            await SendAsync(stream, "3\r\nABC\r\n");
            Assert.Equal(length is null ? "3\r\ndef\r\n0\r\n\r\n" : "def", await ReadAsync(stream, length is null ? 13 : 3));
            await SendAsync(stream, "3\r\nDEF\r\n0\r\n\r\n");
            await Drain(stream);
        }, _deadline.Token);

        await RunGuest(() =>
        {
            using var future = Start("POST", length, out var body);
            future.Subscribe().Block(_wasi);
            using var response = future.Get()!.Value.Value.Value!;
            Assert.Equal(200, response.Status());
            Assert.False(response.Headers(new WasiContext()).Has("connection"));
            using var incoming = response.Consume(new WasiContext()).Value!;
            using var answer = incoming.OpenStream().Value!;
            var stream = body.Write().Value!;
            Assert.True(stream.BlockingWriteAndFlush(_wasi, "abc"u8.ToArray()).IsOk);
            Assert.Equal("ABC", Encoding.ASCII.GetString(answer.BlockingRead(_wasi, 10).Value.Span));
            Assert.True(stream.BlockingWriteAndFlush(_wasi, "def"u8.ToArray()).IsOk);
            Assert.True(OutgoingBody.Finish(_wasi, body, null).IsOk);
            Assert.Equal("DEF", Encoding.ASCII.GetString(answer.BlockingRead(_wasi, 10).Value.Span));
            Assert.False(answer.BlockingRead(_wasi, 10).IsOk);
            return 0;
        });
        await server;
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    public async Task Connection_IsKeptAfterAWholeBody_AndLeftAfterAnEarlyAnswer(int? length)
    {
        var server = Task.Run(async () =>
        {
            using var client = await _listener.AcceptTcpClientAsync(_deadline.Token);
            var stream = client.GetStream();
            for (var i = 0; i < 3; i++)
            {
                await ReadHeadAsync(stream);
                await ReadAsync(stream, length is null ? 13 : 3);
                await SendAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }

            // On the connection that was kept, before any of the body.
            await ReadHeadAsync(stream);
            await SendAsync(stream, "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno");
            await Drain(stream);

            using var second = await _listener.AcceptTcpClientAsync(_deadline.Token);
            await ReadHeadAsync(second.GetStream());
            await SendAsync(second.GetStream(), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }, _deadline.Token);

        await RunGuest(() =>
        {
            for (var i = 0; i < 3; i++)
            {
                using var future = Start("POST", length, out var body);
                Assert.True(body.Write().Value!.BlockingWriteAndFlush(_wasi, "abc"u8.ToArray()).IsOk);
                Assert.True(OutgoingBody.Finish(_wasi, body, null).IsOk);
                future.Subscribe().Block(_wasi);
                Assert.Equal("ok", Read(future, _wasi).Body);
            }

            using var early = Start("POST", length, out var unsent);
            early.Subscribe().Block(_wasi);
            Assert.Equal((403, "no"), (Read(early, _wasi) is var answer ? answer.Status : 0, answer.Body));
            unsent.Dispose();
            using var last = Start("GET", null, out _, hasBody: false);
            last.Subscribe().Block(_wasi);
            Assert.Equal("ok", Read(last, _wasi).Body);
            return 0;
        });
        await server;
    }

    [Theory]
    [InlineData("get", false)]
    [InlineData("get", true)]
    [InlineData("Patch", true)]
    [InlineData("pOST", true)]
    [InlineData("GET", false)]
    [InlineData("purge", false)]
    [InlineData("x-own", true)]
    public async Task Method_IsSentAsGiven(string method, bool hasBody)
    {
        using var future = Start(method, null, out _, hasBody);

        using var client = await _listener.AcceptTcpClientAsync(_deadline.Token);
        Assert.StartsWith($"{method} / HTTP/1.1\r\n", await ReadHeadAsync(client.GetStream()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "", null)]
    [InlineData("DELETE", "", null)]
    [InlineData("POST", "", "Content-Length: 0")]
    [InlineData("PUT", "", "Content-Length: 0")]
    [InlineData("GET", "abc", "Content-Length: 3")]
    [InlineData("POST", "abc", "Content-Length: 3")]
    public async Task Body_FinishedBeforeItIsSent_HasItsLength(string method, string text, string? field)
    {
        var request = Request(method, null);
        var body = request.Body(new WasiContext()).Value!;
        if (text.Length > 0)
        {
            Assert.True(body.Write().Value!.Write(Encoding.ASCII.GetBytes(text)).IsOk);
        }
        Assert.True(OutgoingBody.Finish(_wasi, body, null).IsOk);
        using var future = OutgoingHandler.Handle(_wasi, request, null).Value!;

        using var client = await _listener.AcceptTcpClientAsync(_deadline.Token);
        var head = await ReadHeadAsync(client.GetStream());
        Assert.DoesNotContain("Transfer-Encoding", head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(field, head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length", StringComparison.OrdinalIgnoreCase)));
        Assert.Equal(text, await ReadAsync(client.GetStream(), text.Length));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(10)]
    public async Task Body_ThatTheGuestDrops_IsCutAndNeverLooksWhole(int? length)
    {
        using var future = Start("POST", length, out var body);
        using var client = await _listener.AcceptTcpClientAsync(_deadline.Token);
        await ReadHeadAsync(client.GetStream());
        Assert.True(body.Write().Value!.BlockingWriteAndFlush(_wasi, "abc"u8.ToArray()).IsOk);
        Assert.Equal(length is null ? "3\r\nabc\r\n" : "abc", await ReadAsync(client.GetStream(), length is null ? 8 : 3));
        body.Dispose();

        Assert.Equal("", await Drain(client.GetStream()));
        await RunGuest(() =>
        {
            future.Subscribe().Block(_wasi);
            return 0;
        });
        Assert.Equal("HTTP-request-body-size", future.Get()!.Value.Value.Error.Name);
    }

    [Fact]
    public async Task Body_WhileNobodyListens_DoesNotWait()
    {
        _listener.Stop();

        var error = await RunGuest(() =>
        {
            using var future = Start("POST", null, out var body);
            var stream = body.Write().Value!;
            while (stream.BlockingWriteAndFlush(_wasi, new byte[4096]).IsOk)
            {
            }
            future.Subscribe().Block(_wasi);
            return future.Get()!.Value.Value.Error.Name;
        });

        Assert.Equal("connection-refused", error);
    }

    [Theory]
    [InlineData(null, "0\r\nx-sum: 7\r\n\r\n")]
    [InlineData(3, "")]
    public async Task Trailers_GoOutWhereThereIsAPlaceForThem(int? length, string end)
    {
        using var future = Start("POST", length, out var body);
        using var client = await _listener.AcceptTcpClientAsync(_deadline.Token);
        await ReadHeadAsync(client.GetStream());
        Assert.True(body.Write().Value!.BlockingWriteAndFlush(_wasi, "abc"u8.ToArray()).IsOk);
        var trailers = Fields.FromList(new WasiContext(), [("x-sum", "7"u8.ToArray()), ("content-length", "9"u8.ToArray())]).Value!;
        Assert.True(OutgoingBody.Finish(_wasi, body, trailers).IsOk);

        var expected = length is null ? "3\r\nabc\r\n" + end : "abc";
        Assert.Equal(expected, await ReadAsync(client.GetStream(), expected.Length));
        await SendAsync(client.GetStream(), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await RunGuest(() =>
        {
            future.Subscribe().Block(_wasi);
            return 0;
        });
        Assert.Equal("ok", Read(future, _wasi).Body);
    }

    [Fact]
    public async Task Trailers_WithoutAPlace_AreToldOfOnce()
    {
        var told = new ToError();
        var wasi = new WasiHttpContext { OutgoingHttp = _outgoing, CancellationToken = _deadline.Token, Surroundings = told };
        for (var i = 0; i < 2; i++)
        {
            var request = Request("POST", 3);
            var body = request.Body(new WasiContext()).Value!;
            using var future = OutgoingHandler.Handle(wasi, request, null).Value!;
            using var client = await _listener.AcceptTcpClientAsync(_deadline.Token);
            await ReadHeadAsync(client.GetStream());
            Assert.True(body.Write().Value!.BlockingWriteAndFlush(wasi, "abc"u8.ToArray()).IsOk);
            Assert.True(OutgoingBody.Finish(wasi, body, Fields.FromList(new WasiContext(), [("x-sum", "7"u8.ToArray())]).Value!).IsOk);
            await told.First.Task.WaitAsync(_deadline.Token);
            await SendAsync(client.GetStream(), "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok");
            client.Close();
            await RunGuest(() =>
            {
                future.Subscribe().Block(wasi);
                return Read(future, wasi);
            });
        }

        Assert.Equal(["127.0.0.1"], told.Hosts);
    }

    [Fact]
    public async Task EarlySuccess_LetsTheBodyGoOn()
    {
        var received = Task.Run(async () =>
        {
            using var client = await _listener.AcceptTcpClientAsync(_deadline.Token);
            var stream = client.GetStream();
            await ReadHeadAsync(stream);
            await SendAsync(stream, "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok");
            return await Drain(stream);
        }, _deadline.Token);

        await RunGuest(() =>
        {
            using var future = Start("POST", null, out var body);
            future.Subscribe().Block(_wasi);
            Assert.Equal("ok", Read(future, _wasi).Body);
            Assert.True(body.Write().Value!.BlockingWriteAndFlush(_wasi, "late"u8.ToArray()).IsOk);
            Assert.True(OutgoingBody.Finish(_wasi, body, null).IsOk);
            return 0;
        });
        Assert.Equal("4\r\nlate\r\n0\r\n\r\n", await received);
    }

    private FutureIncomingResponse Start(string method, int? length, out OutgoingBody body, bool hasBody = true)
    {
        var request = Request(method, length);
        body = hasBody ? request.Body(new WasiContext()).Value! : null!;
        return OutgoingHandler.Handle(_wasi, request, null).Value!;
    }

    private OutgoingRequest Request(string method, int? length)
    {
        var fields = length is { } bytes
            ? Fields.FromList(new WasiContext(), [("content-length", Encoding.ASCII.GetBytes($"{bytes}"))]).Value! : Fields.Create(new WasiContext());
        var request = OutgoingRequest.Create(new WasiContext(), fields);
        Assert.True(request.SetMethod(Method.Parse(method)).IsOk);
        Assert.True(request.SetScheme(Scheme.Parse("http")).IsOk);
        Assert.True(request.SetAuthority($"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}").IsOk);
        return request;
    }

    // As on a guest's thread, which waits.
    private static Task<T> RunGuest<T>(Func<T> guest) =>
        Task.Factory.StartNew(guest, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static (int Status, string Body, string Fields) Read(FutureIncomingResponse future, WasiHttpContext wasi)
    {
        using var response = future.Get()!.Value.Value.Value!;
        using var body = response.Consume(new WasiContext()).Value!;
        using var stream = body.OpenStream().Value!;
        var text = new StringBuilder();
        while (stream.BlockingRead(wasi, 1000) is { IsOk: true } read)
        {
            text.Append(Encoding.ASCII.GetString(read.Value.Span));
        }
        var fields = string.Join('\n', response.Headers(new WasiContext()).List.Select(field => $"{field.Key}: {Encoding.Latin1.GetString(field.Value)}"));
        return (response.Status(), text.ToString(), fields);
    }

    private async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var octet = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(octet, _deadline.Token);
            head.Append((char)octet[0]);
        }
        return head.ToString();
    }

    private async Task<string> ReadAsync(NetworkStream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, _deadline.Token);
        return Encoding.Latin1.GetString(bytes);
    }

    private async Task SendAsync(NetworkStream stream, string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text), _deadline.Token);

    private sealed class ToError : IGuestSurroundings
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Hosts { get; } = new();

        public TaskCompletionSource First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<KeyValuePair<string, string>> PropagatedHeaders => [];

        public void Output(string line)
        {
        }

        public void Error(string line)
        {
        }

        public void OutgoingTrailersLeftOut(string host)
        {
            Hosts.Enqueue(host);
            First.TrySetResult();
        }
    }

    // What comes until the other side closes.
    private async Task<string> Drain(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer, _deadline.Token) is > 0 and var count)
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (IOException)
        {
            // A reset says the same.
        }
        return text.ToString();
    }
}
