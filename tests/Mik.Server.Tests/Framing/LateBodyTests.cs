using System.Net;
using System.Text;
using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Wasi.Http;

namespace Mik.Server.Tests.Framing;

/// <summary>Request bodies that come when the guest already waits for them, or after it has answered.</summary>
public sealed class LateBodyTests
{
    /// <summary>What is sent before the guest runs, and after it waits; in both the end may be split.</summary>
    public static TheoryData<string, string> Parts => new()
    {
        { "", "5\r\nhello\r\n0\r\n\r\n" },
        { "2\r\nhe\r\n", "3\r\nllo\r\n0\r\n\r\n" },
        { "5\r\nhello\r\n", "0\r\n\r\n" },
        { "5\r\nhello\r\n0", "\r\n\r\n" },
        { "5\r\nhello\r\n0\r\n", "x-trailer: 1\r\n\r\n" },
        { "5\r\nhe", "llo\r\n0\r\n\r\n" },
        { "5", "\r\nhello\r\n0\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public async Task Body_ThatComesLate_IsReadByAGuestThatLeavesItsStream(string early, string late)
    {
        await using var server = await LateServer.StartAsync();
        foreach (var path in (string[])["/run/guest/read", "/run/echo/"])
        {
            using var client = await RawClient.SendAsync(server.Server, Chunked(path) + early);
            await server.WaitForGuestAsync();
            await client.SendAsync(late);
            await client.SendAsync("GET /run/guest/?n=3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

            var message = Http1Message.Read(await client.ReadToEndAsync(), "POST");

            Assert.Equal(200, message.Status);
            Assert.Equal("hello", message.Body);
            Assert.Equal("xxx", Http1Message.Read(message.Rest, "GET").Body);
        }
    }

    [Fact]
    public async Task Body_ThatComesLateAfterContinue_IsRead()
    {
        await using var late = await LateServer.StartAsync();
        using var client = await RawClient.SendAsync(late.Server, Chunked("/run/guest/read", "Expect: 100-continue\r\nConnection: close\r\n"));
        await late.WaitForGuestAsync();

        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await client.ReadUntilAsync("\r\n\r\n"));
        await client.SendAsync("5\r\nhello\r\n0\r\n\r\n");

        Assert.Equal("hello", Http1Message.Read(await client.ReadToEndAsync(), "POST").Body);
    }

    [Theory]
    [InlineData("")]
    [InlineData("he")]
    public async Task Body_OverHttp2_ThatComesLate_IsRead(string early)
    {
        await using var late = await LateServer.StartAsync();
        using var content = new LateContent(early, "hello"[early.Length..], late.WaitForGuestAsync);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/run/guest/read")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };

        var answer = await late.Server.Client.SendAsync(request);

        Assert.Equal("hello", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Body_ThatNobodyReads_LeavesTheConnectionUsable()
    {
        await using var late = await LateServer.StartAsync();
        using var client = await RawClient.SendAsync(late.Server, Chunked("/run/guest/?n=3&via=write") + "2\r\nhe\r\n");

        await client.ReadUntilAsync("xxx");
        await client.SendAsync("3\r\nllo\r\n0\r\n\r\nGET /run/guest/?n=3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

        Assert.Equal("xxx", Http1Message.Read(await client.ReadToEndAsync(), "GET").Body);
    }

    private static string Chunked(string path, string fields = "") => $"POST {path} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n{fields}\r\n";

    /// <summary>Tells when a guest has been entered.</summary>
    private sealed class LateServer : IAsyncDisposable
    {
        private readonly SemaphoreSlim _entered = new(0);

        public TestServer Server { get; private set; } = null!;

        public static async Task<LateServer> StartAsync()
        {
            var late = new LateServer();
            var framing = HttpComponent.Load(Testing.Guests.Read("framing"), "framing");
            var echo = HttpComponent.Load(Testing.Guests.Read("echo"), "echo");
            late.Server = await TestServer.StartAsync(
                module => new ModuleModel(
                    (exchange, context, limits) =>
                    {
                        if (exchange.Method == "POST")
                        {
                            late._entered.Release();
                        }

                        (module.Name == "echo" ? echo : framing).Handle(exchange, context, limits);
                    },
                    1,
                    TimeSpan.Zero),
                options => options with { Modules = [new ModuleConfig("guest", "guest.wasm"), new ModuleConfig("echo", "echo.wasm")] },

                // A guest that a busy machine puts aside behind its response would have the connection closed.
                new ManualClock());
            return late;
        }

        public Task WaitForGuestAsync() => _entered.WaitAsync();

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            _entered.Dispose();
        }
    }

    private sealed class LateContent(string early, string late, Func<Task> wait) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(early));
            await stream.FlushAsync();
            await wait();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(late));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
