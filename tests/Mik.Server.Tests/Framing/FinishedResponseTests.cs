using System.Net;

namespace Mik.Server.Tests.Framing;

/// <summary>Guests that have said all of their response and go on: the client has its end, and the guest has its deadline.</summary>
public sealed class FinishedResponseTests
{
    // The client waits for much less than the guest may run.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData("n=5&end=spin", "xxxxx")]
    [InlineData("n=5&end=sleep", "xxxxx")]
    [InlineData("n=5&via=write&end=spin", "xxxxx")]
    [InlineData("n=5&length=5&end=spin", "xxxxx")]
    [InlineData("n=0&end=sleep", "")]
    public async Task Http1_GuestThatGoesOn_TheResponseHasEnded(string query, string body)
    {
        await using var framing = await StartAsync();

        var answer = await GetAsync(framing, query, HttpVersion.Version11);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(body, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/early?n=5&end=spin")]
    [InlineData("?n=5&end=sleep")]
    public async Task Http2_GuestThatGoesOn_TheResponseHasEnded(string target)
    {
        await using var framing = await StartAsync();
        using var client = new Http2Client(framing.Server.Address);

        var answer = await client.SendAsync("GET", "/run/guest/" + target.TrimStart('/'));

        Assert.Equal((200, "xxxxx", true), (answer.Status, answer.Body, answer.IsWhole));
    }

    [Theory]
    [InlineData("length=7&n=5&via=write&end=spin", "5 bytes where its content-length is 7")]
    [InlineData("length=5&n=9&end=sleep", "9 bytes where its content-length is 5")]
    [InlineData("length=5&n=9&via=write&end=spin", "9 bytes where its content-length is 5")]
    [InlineData("length=0&n=9&end=lose", "9 bytes where its content-length is 0")]
    [InlineData("n=5&via=write&end=lose", "dropped its body after 5 bytes")]
    [InlineData("n=0&end=lose", "dropped its body after 0 bytes")]
    public async Task GuestThatGoesOn_BehindAResponseThatIsBroken_IsEnded(string query, string detail)
    {
        await using var framing = await StartAsync();

        var answer = await GetAsync(framing, query, HttpVersion.Version11);

        Assert.Contains(detail, await Modules.ComponentHandlerTests.AssertProblemAsync(answer, 500, "handler-error"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("length=7&n=5&end=spin", "5 bytes where its content-length is 7")]
    [InlineData("n=5&end=lose", "dropped its body after 5 bytes")]
    public async Task GuestThatGoesOn_BehindABodyThatIsBrokenAndBegan_IsCut(string query, string why)
    {
        await using var framing = await StartAsync();

        var answer = await framing.Server.SendRawAsync($"GET /run/guest/?{query} HTTP/1.1\r\nHost: h\r\n\r\n").WaitAsync(Deadline / 5);

        Assert.Contains("xxxxx", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\n0\r\n", answer, StringComparison.Ordinal);
        await framing.WarningAsync(why);
    }

    [Fact]
    public async Task Http1_NothingSentBefore_TheClientIsToldToTakeAnotherConnection()
    {
        await using var framing = await StartAsync();

        var answer = await GetAsync(framing, "n=5&via=write&end=spin", HttpVersion.Version11);

        Assert.True(answer.Headers.ConnectionClose);
        Assert.Equal("xxx", await framing.Server.Client.GetStringAsync(new Uri("/run/guest/?n=3", UriKind.Relative)));
    }

    [Theory]
    [InlineData("HTTP/1.0\r\n")]
    [InlineData("HTTP/1.1\r\nConnection: close\r\n")]
    public async Task ClientWhoseConnectionEnds_HasItsEnd(string version)
    {
        await using var framing = await StartAsync();

        var answer = await framing.Server.SendRawAsync($"GET /run/guest/?n=5&end=sleep {version}Host: h\r\n\r\n").WaitAsync(Deadline / 5);

        Assert.Contains("xxxxx", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThroughAScript_TheCallHasItsAnswer()
    {
        await using var framing = await StartAsync();

        var answer = await framing.Server.Client.GetStringAsync(
            new Uri(FramingServer.Path("/?n=5&end=sleep", throughScript: true), UriKind.Relative)).WaitAsync(Deadline / 5);

        Assert.Equal("xxxxx", answer);
    }

    [Fact]
    public async Task ClientThatLeavesWithAllBytes_IsNoFailure()
    {
        await using var framing = await StartAsync();
        using (var client = await RawClient.SendAsync(framing.Server, "GET /run/guest/?n=5&length=5&end=sleep HTTP/1.1\r\nHost: h\r\n\r\n"))
        {
            await client.ReadUntilAsync("xxxxx");
        }

        await framing.Server.Server.StopAsync();
        await framing.Server.Log.WaitForAsync("end=sleep 200");
    }

    [Fact]
    public async Task GuestThatGoesOn_ToItsDeadline_IsAFailureThough()
    {
        var clock = new TimerClock(goesOn: true);
        await using var framing = await StartAsync(clock);
        await framing.Server.Client.GetAsync(new Uri("/run/guest/?n=3", UriKind.Relative));

        var answers = new List<int>();
        for (var request = 0; request < 6; request++)
        {
            var answer = await framing.Server.SendRawAsync(
                $"GET /run/guest/?n=5&via=write&end=spin HTTP/1.1\r\nHost: h\r\nX-Request-ID: spin-{request}\r\nConnection: close\r\n\r\n");
            answers.Add(Http1Message.Read(answer, "GET").Status);
            clock.Pass(Deadline);
            await framing.Server.Log.WaitForAsync($"ms (module=guest id=spin-{request})");
        }

        Assert.Equal([200, 200, 200, 200, 200, 503], answers);
        Assert.Contains(framing.Server.Log.Lines, line => line.Contains("after its response", StringComparison.Ordinal));
    }

    private static Task<FramingServer> StartAsync(TimeProvider? clock = null) =>
        FramingServer.StartAsync(
            options => options with { ExecutionTimeout = Deadline, ShutdownTimeout = TimeSpan.FromMilliseconds(100) }, clock ?? TimeProvider.System);

    private static async Task<HttpResponseMessage> GetAsync(FramingServer framing, string query, Version version)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, "/run/guest/?" + query)
        { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var patience = new CancellationTokenSource(Deadline / 5);
        return await framing.Server.Client.SendAsync(request, patience.Token);
    }
}
