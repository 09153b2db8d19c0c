using System.Text;
using Mik.Server.Tests.Modules;

namespace Mik.Server.Tests.Pipeline;

/// <summary>Bodies that never come, of requests that cost their client next to nothing.</summary>
public sealed class BodyWaitTests
{
    private const string Slow = "POST /run/guest/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 11\r\n";
    private const int Connections = 8;
    private const int Streams = 100;

    [Fact]
    public async Task RequestsThatWait_MoreThanOneClientMayHave_Are503AndOthersAreServed()
    {
        await using var server = await TestServer.StartAsync(
            (exchange, _, _) => Guests.Echo(exchange), options => options with { TrustedProxies = ["127.0.0.1"], MaxConcurrentRequests = 4 });
        var waiting = new List<RawHttp2Client>();
        for (var connection = 0; connection < Connections; connection++)
        {
            var client = await RawHttp2Client.ConnectAsync(server);
            waiting.Add(client);
            for (var stream = 0; stream < Streams; stream++)
            {
                await client.SendAsync(Http2Frame.Headers, flags: 0x4, (stream * 2) + 1, Fields(isFirst: stream == 0));
            }
        }

        Assert.Equal(503, await waiting[^1].ReadStatusAsync((Streams * 2) - 1));
        using var other = await RawClient.SendAsync(server, Slow + "X-Forwarded-For: 203.0.113.7\r\n\r\nhello");
        Assert.Equal("", await ModuleFolderTests.GetAsync(server, "/run/guest/"));
        await other.SendAsync(" world");
        Assert.Contains("hello world", await other.ReadToEndAsync(), StringComparison.Ordinal);

        waiting.ForEach(client => client.Dispose());
    }

    /// <summary>A POST with a field of 3,900 bytes eight times: it is sent in the connection's first request, and then named (RFC 7541, 6.1, 6.2.1).</summary>
    private static byte[] Fields(bool isFirst)
    {
        const int Length = 3900;
        const int Left = Length - 127;
        byte[] field = isFirst
            ? [0x40, 3, .. "x-a"u8, 127, (Left & 127) | 128, Left >> 7, .. Encoding.ASCII.GetBytes(new string('v', Length))]
            : [0xbe];
        return [0x83, 0x86, .. RawHttp2Client.Fields((":path", "/run/guest/"), (":authority", "h")), .. field, .. Enumerable.Repeat((byte)0xbe, 7)];
    }
}
