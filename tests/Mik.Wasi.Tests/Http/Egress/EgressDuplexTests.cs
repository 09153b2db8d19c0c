using System.Globalization;
using System.Text;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Types;

namespace Mik.Wasi.Tests.Http.Egress;

/// <summary>Both sides speak at once, over HTTP/1.1 and HTTP/2, with TLS and without, against Kestrel.</summary>
public sealed class EgressDuplexTests(TestInternet internet) : IClassFixture<TestInternet>, IDisposable
{
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(60));

    public static TheoryData<string> Servers =>
        new("http://api.example.com", "https://api.example.com", $"https://api.example.com:{TestInternet.Http1OverTls}");

    public void Dispose() => _deadline.Dispose();

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Echo_AnswersWhileTheBodyIsSent(string server)
    {
        using var outgoing = internet.Allow("api.example.com");
        var text = await RunGuest(() =>
        {
            var wasi = new WasiHttpContext { OutgoingHttp = outgoing, CancellationToken = _deadline.Token };
            using var future = Start(wasi, server, "/echo", out var body);
            future.Subscribe().Block(wasi);
            using var response = future.Get()!.Value.Value.Value!;
            using var incoming = response.Consume(new WasiContext()).Value!;
            using var answer = incoming.OpenStream().Value!;
            var stream = body.Write().Value!;
            var echoed = new StringBuilder();
            for (var i = 0; i < 3; i++)
            {
                Assert.True(stream.BlockingWriteAndFlush(wasi, Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture))).IsOk);
                echoed.Append(Encoding.ASCII.GetString(answer.BlockingRead(wasi, 10).Value.Span));
            }
            Assert.True(OutgoingBody.Finish(wasi, body, null).IsOk);
            Assert.False(answer.BlockingRead(wasi, 10).IsOk);
            return $"{response.Status()} {echoed}";
        });

        Assert.Equal("200 012", text);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task EarlyAnswer_ArrivesAndEndsTheBody(string server)
    {
        using var outgoing = internet.Allow("api.example.com");
        var status = await RunGuest(() =>
        {
            var wasi = new WasiHttpContext { OutgoingHttp = outgoing, CancellationToken = _deadline.Token };
            using var future = Start(wasi, server, "/early", out var body);
            var stream = body.Write().Value!;

            // It never ends by itself.
            while (stream.BlockingWriteAndFlush(wasi, new byte[4096]).IsOk)
            {
            }
            future.Subscribe().Block(wasi);
            var answer = future.Get()!.Value.Value;
            using var response = answer.Value;
            return response is null ? $"{answer.Error}" : $"{response.Status()}";
        });

        Assert.Equal("413", status);
    }

    private static FutureIncomingResponse Start(WasiHttpContext wasi, string server, string path, out OutgoingBody body)
    {
        var uri = new Uri(server);
        var request = OutgoingRequest.Create(new WasiContext(), Fields.Create(new WasiContext()));
        Assert.True(request.SetMethod(Method.Parse("POST")).IsOk && request.SetScheme(Scheme.Parse(uri.Scheme)).IsOk);
        Assert.True(request.SetAuthority(uri.Authority).IsOk && request.SetPathWithQuery(path).IsOk);
        body = request.Body(new WasiContext()).Value!;
        return OutgoingHandler.Handle(wasi, request, null).Value!;
    }

    private static Task<T> RunGuest<T>(Func<T> guest) =>
        Task.Factory.StartNew(guest, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
