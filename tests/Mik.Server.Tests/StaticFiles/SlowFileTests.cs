using System.Net;
using Mik.Server.Limits;
using Mik.Server.Modules;
using Mik.Server.StaticFiles;
using Mik.Server.Tests.Modules;

namespace Mik.Server.Tests.StaticFiles;

/// <summary>Clients of HTTP/2 that ask for files and take nothing.</summary>
public sealed class SlowFileTests : IDisposable
{
    // Streams have windows of no bytes (RFC 9113, 6.5.2).
    private static readonly byte[] NoWindow = [0, 4, 0, 0, 0, 0];

    private readonly TestFolder _folder = new();

    public SlowFileTests()
    {
        _folder.Write("large", new string('x', 1 << 20));
        _folder.Write("small", "small");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task File_ThatIsNotTaken_IsCutInTime()
    {
        var clock = new TimerClock();
        await using var server = await StartAsync(clock);
        using var client = await ConnectAsync(server);
        await client.RequestAsync(1, "GET", "/static/large");
        Assert.Equal(200, await client.ReadStatusAsync(1));

        var cut = client.ReadAsync(Http2Frame.ResetStream, 1);
        await clock.PassUntilAsync(cut, FileBody.Patience);

        Assert.NotNull(await cut);
        await client.RequestAsync(3, "GET", "/run/guest/");
        Assert.Equal(200, await client.ReadStatusAsync(3));
        await server.Log.WaitForLineAsync(line => line.Contains("client-gone", StringComparison.Ordinal) || line.Contains("499", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_MoreThanAClientMayHave_Are503UntilOthersEnd()
    {
        await using var server = await StartAsync(TimeProvider.System);
        var clients = new List<RawHttp2Client>();
        for (var connection = 0; connection < 6; connection++)
        {
            clients.Add(await ConnectAsync(server));
            for (var stream = 0; stream < 100; stream++)
            {
                await clients[^1].RequestAsync((stream * 2) + 1, "GET", "/static/large");
            }
        }

        HttpStatusCode status;
        do
        {
            using var answer = await server.Client.GetAsync(new Uri("/static/small", UriKind.Relative));
            status = answer.StatusCode;
        }
        while (status == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("ok", await ModuleFolderTests.GetAsync(server, "/run/guest/"));

        clients.ForEach(client => client.Dispose());
        while (status != HttpStatusCode.OK)
        {
            using var answer = await server.Client.GetAsync(new Uri("/static/small", UriKind.Relative));
            status = answer.StatusCode;
        }
    }

    [Fact]
    public void OpenFile_IsOpenOnceAndClosedWithTheLast()
    {
        var files = new OpenFiles();
        var file = new FileInfo(Path.Combine(_folder.Path, "small"));
        var first = files.Open(file);
        var second = files.Open(file);
        Assert.Same(first, second);
        _folder.Write("small", "another one");
        var third = files.Open(new FileInfo(file.FullName));
        Assert.NotSame(first, third);
        Assert.Equal(2, files.Count);

        first.Dispose();
        third.Dispose();
        Assert.Equal(1, files.Count);
        second.Dispose();
        Assert.Equal(0, files.Count);
        Assert.Throws<FileNotFoundException>(() => files.Open(new FileInfo(Path.Combine(_folder.Path, "none"))));
        Assert.Equal(0, files.Count);
    }

    [Fact]
    public void Shares_AreOfAllAndOfOne()
    {
        var shares = new ClientShares(10, 6);
        var (one, other) = (new ClientAddress(1), new ClientAddress(2));

        Assert.True(shares.TryTake(one, 6));
        Assert.False(shares.TryTake(one, 1));
        Assert.True(shares.TryTake(other, 4));
        Assert.False(shares.TryTake(other, 1));
        shares.Return(one, 6);
        Assert.True(shares.TryTake(other, 2));
        Assert.Equal(6, shares.Held);
    }

    private static async Task<RawHttp2Client> ConnectAsync(TestServer server)
    {
        var client = await RawHttp2Client.ConnectAsync(server);
        await client.SendAsync(Http2Frame.Settings, 0, 0, NoWindow);
        return client;
    }

    private Task<TestServer> StartAsync(TimeProvider clock) => TestServer.StartAsync(
        _ => new ModuleModel((exchange, _, _) => Guests.Respond(exchange, "ok"), 1, TimeSpan.Zero),
        options => options with { StaticFolder = _folder.Path }, clock);
}
