using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mik.EndToEnd.Tests;

/// <summary>Clients that hurry, crowd or leave: afterwards the server is as it was.</summary>
public sealed class ClientTests : IAsyncLifetime
{
    private MikProcess? _mik;
    private MikProcess Mik => _mik!;

    private HttpClient Client { get; set; } = new();

    public async ValueTask InitializeAsync()
    {
        // Longer than any of them waits: what ends guests is that their clients leave.
        _mik = await MikProcess.ServeAsync("hello echo slow loop stream", "--timeout", "300");
        Client = Mik.NewClient();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Mik.DisposeAsync();
    }

    [Fact]
    public async Task SeventyFiveFirstRequests_AllSucceed()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 75).Select(_ => Client.TextAsync("/run/hello/")));

        Assert.All(answers, answer => Assert.Equal("Hello from mik!\n", answer));
    }

    [Fact]
    public async Task FiveHundredRapidRequests_NoneIsLost()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Client.TextAsync("/run/hello/")));

        Assert.All(answers, answer => Assert.Equal("Hello from mik!\n", answer));
    }

    [Fact]
    public async Task SlowRequests_DoNotStarveFastOnes()
    {
        using var patience = new CancellationTokenSource();
        var slow = Enumerable.Range(0, 50).Select(_ => Client.GetStringAsync(new Uri("/run/slow/never", UriKind.Relative), patience.Token)).ToArray();

        for (var request = 0; request < 50; request++)
        {
            await Client.TextAsync("/run/hello/");
        }

        Assert.DoesNotContain(slow, task => task.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(slow));
        await AssertIdleAsync();
    }

    [Theory]
    [InlineData("/run/slow/never")]
    [InlineData("/run/loop/")]
    [InlineData("/run/stream/?n=100000&ms=1")]
    public async Task ClientsThatLeave_StopTheirGuests(string path)
    {
        for (var round = 0; round < 20; round++)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(1 + (round * 5)));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client.GetStringAsync(new Uri(path, UriKind.Relative), patience.Token));
        }

        await AssertIdleAsync();
    }

    [Fact]
    public async Task ClientsThatLeaveInTheirBody_StopTheirGuests()
    {
        for (var round = 0; round < 20; round++)
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(Mik.Address.Host, Mik.Address.Port);
            await tcp.GetStream().WriteAsync(
                Encoding.ASCII.GetBytes($"POST /run/echo/ HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n{new string('x', round * 1000)}"));
        }

        await AssertIdleAsync();
    }

    [Fact]
    public async Task Churn_ConnectAndDisconnect_HarmsNothing()
    {
        for (var round = 0; round < 300; round++)
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(Mik.Address.Host, Mik.Address.Port);
        }

        await AssertIdleAsync();
    }

    /// <summary>Within a short time no request is active, and new ones are served.</summary>
    private async Task AssertIdleAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!(await Client.TextAsync("/health")).Contains("\"active\":0", StringComparison.Ordinal))
        {
            Assert.False(limit.IsCancellationRequested, await Client.TextAsync("/health"));
        }

        Assert.Equal(HttpStatusCode.OK, (await Client.AskAsync("/run/hello/")).StatusCode);
    }
}
