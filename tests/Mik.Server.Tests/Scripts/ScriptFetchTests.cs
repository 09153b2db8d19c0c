using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mik.Server.Tests.Scripts;

/// <summary>What <c>fetch</c> of a script sends to another server, and what it makes of its answer.</summary>
public sealed class ScriptFetchTests
{
    private const string Fine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

    [Theory]
    [InlineData("(await fetch(url + '/a?b#c')).text()")]
    [InlineData("(await fetch(new Request(url + '/a?b#c'))).text()")]
    [InlineData("(await fetch(new URL('/a?b#c', url))).text()")]
    public async Task Fragment_StaysWithItsClient(string call)
    {
        var (sent, answer) = await FetchAsync(call, Fine);

        Assert.StartsWith("GET /a?b HTTP/1.1\r\n", sent, StringComparison.Ordinal);
        Assert.Equal("\"ok\"", answer);
    }

    [Theory]
    [InlineData("GET", false)]
    [InlineData("HEAD", false)]
    [InlineData("POST", true)]
    [InlineData("PUT", true)]
    public async Task NoBody_HasALengthOnlyWhereTheMethodHasOne(string method, bool hasLength)
    {
        var (sent, _) = await FetchAsync($"(await fetch(url, {{ method: '{method}' }})).status", Fine);

        Assert.Equal(hasLength, sent.Contains("\r\nContent-Length: 0\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task InformationalAnswer_ThatIsPassedOn_IsAFailureOfTheScript()
    {
        var (_, answer) = await FetchAsync("fetch(url)", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n");

        Assert.Contains("\"status\":500", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetches_MoreThanAGuestMaySend_AreRefusedAtOnce()
    {
        using var upstream = new TcpListener(IPAddress.Loopback, 0);
        upstream.Start();
        using var project = new ScriptProject([("s.js", $$"""
            const refused = () => new Promise(resolve => fetch('http://{{upstream.LocalEndpoint}}').catch(e => e.message.includes('as many as may') && resolve(e.message)));
            export default () => Promise.race(Array.from({ length: 1001 }, refused));
            """)]);
        await using var server = await TestServer.StartAsync(
            (exchange, _, _) => Guests.Respond(exchange, ""),
            options => options with { ScriptsFolder = project.Folder, HttpAllowed = ["127.0.0.1"], ExecutionTimeout = TimeSpan.FromSeconds(60) });

        Assert.Contains("1000 calls of fetch", await server.Client.GetStringAsync(new Uri("/script/s", UriKind.Relative)), StringComparison.Ordinal);
    }

    private static async Task<(string Sent, string Answer)> FetchAsync(string call, string answer)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var upstream = new TcpListener(IPAddress.Loopback, 0);
        upstream.Start();
        using var project = new ScriptProject([("s.js", $"const url = 'http://{upstream.LocalEndpoint}';\nexport default async () => {call};")]);
        await using var server = await TestServer.StartAsync(
            (exchange, _, _) => Guests.Respond(exchange, ""),
            options => options with { ScriptsFolder = project.Folder, HttpAllowed = ["127.0.0.1"], ExecutionTimeout = TimeSpan.FromSeconds(100) });

        var asked = server.Client.GetAsync(new Uri("/script/s", UriKind.Relative), limit.Token);
        using var connection = await upstream.AcceptTcpClientAsync(limit.Token);
        var stream = connection.GetStream();
        var sent = "";
        var buffer = new byte[4096];
        while (!sent.Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, limit.Token);
            Assert.True(count > 0, $"the end came after: {sent}");
            sent += Encoding.Latin1.GetString(buffer, 0, count);
        }

        await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), limit.Token);
        connection.Client.Shutdown(SocketShutdown.Send);
        using var response = await asked;
        return (sent, await response.Content.ReadAsStringAsync(limit.Token));
    }
}
