using System.Globalization;
using System.Text.Json;
using Mik.Server.Modules;
using Mik.Server.Problems;
using Mik.Server.Tests.Modules;

namespace Mik.Server.Tests.Hosting;

/// <summary>What is refused before it is a request is answered like all else.</summary>
public sealed class RejectedRequestsTests
{
    [Theory]
    [InlineData("GARBAGE\r\n\r\n", 400)]
    [InlineData("GET /run/guest/ HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /run/guest/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("GET /run/guest/ HTTP/1.1\r\nHost: h\r\nBad Header: x\r\n\r\n", 400)]
    [InlineData("GET /run/guest/ HTTP/1.1\r\nHost: h\r\nX-A: 1\r\n folded\r\n\r\n", 400)]
    [InlineData("GET /run/guest/ HTTP/1.1\r\nHost: h\r\nX-Null: a\0b\r\n\r\n", 400)]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n", 400)]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData("POST /run/guest/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", 400)]
    [InlineData("GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n", 400)]
    [InlineData("GET /\u00e9 HTTP/1.1\r\nHost: h\r\n\r\n", 400)]
    [InlineData("GET /run/guest/ HTTP/9.9\r\nHost: h\r\n\r\n", 505)]
    [InlineData("GET /LONG HTTP/1.1\r\nHost: h\r\n\r\n", 414)]
    [InlineData("GET /run/guest/ HTTP/1.1\r\nHost: h\r\nX: LONG\r\n\r\n", 431)]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001\0\u0001", 400)]
    public async Task WhatIsNoRequest_IsAProblemWithAnIdentity(string request, int status)
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "ok"));

        var answer = await server.SendRawAsync(request.Replace("LONG", new string('x', 50_000), StringComparison.Ordinal));

        AssertProblem(answer, status);
        await server.Log.WaitForAsync("invalid-request: ");
        Assert.Contains("\"status\":\"ok\"", await ModuleFolderTests.GetAsync(server, "/health"), StringComparison.Ordinal);
        Assert.Contains(
            "mik_rejections_total{route=\"none\",reason=\"invalid-request\"} 1", await ModuleFolderTests.GetAsync(server, "/metrics"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatComesAfterARequest_IsAProblemAfterItsAnswer()
    {
        await using var server = await TestServer.StartAsync(
            (exchange, _, _) => Guests.Respond(exchange, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));

        var answers = await server.SendRawAsync("GET /run/guest/ HTTP/1.1\r\nHost: h\r\n\r\nGARBAGE\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answers, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 0\r\n\r\n", answers, StringComparison.Ordinal);
        AssertProblem(answers[answers.LastIndexOf("HTTP/1.1 ", StringComparison.Ordinal)..], 400);
    }

    [Fact]
    public async Task BodyThatIsNone_AfterTheAnswerBegan_LeavesTheAnswerAlone()
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "early"));

        using var client = await RawClient.SendAsync(server, "POST /run/guest/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await client.ReadUntilAsync("early"), StringComparison.Ordinal);
        await client.SendAsync("zz\r\n");

        Assert.DoesNotContain("HTTP/1.1", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flood_OfWhatIsNone_IsSummed()
    {
        var clock = new TimerClock();
        await using var server = await TestServer.StartAsync(
            _ => new ModuleModel((exchange, _, _) => Guests.Respond(exchange, "ok"), 1, TimeSpan.Zero), clock: clock);
        for (var request = 0; request < Refusal.ToldPerSecond + 5; request++)
        {
            AssertProblem(await server.SendRawAsync("GARBAGE\r\n\r\n"), 400);
        }

        clock.Pass(TimeSpan.FromSeconds(1));
        await server.Log.WaitForAsync("5 more requests were refused within a second: invalid-request");
        Assert.Equal(Refusal.ToldPerSecond, server.Log.Lines.Count(line => line.StartsWith("400 (id=", StringComparison.Ordinal)));
    }

    private static void AssertProblem(string answer, int status)
    {
        Assert.StartsWith($"HTTP/1.1 {status.ToString(CultureInfo.InvariantCulture)} ", answer, StringComparison.Ordinal);
        var split = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var fields = answer[..split].Split("\r\n").Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(
            pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = answer[(split + 4)..];
        Assert.Equal("application/problem+json", fields["Content-Type"]);
        Assert.Equal("close", fields["Connection"]);
        Assert.Equal(body.Length, int.Parse(fields["Content-Length"], CultureInfo.InvariantCulture));
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", fields["traceparent"]);
        var problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal("urn:mik:error:invalid-request", problem.GetProperty("type").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.Equal(fields["X-Request-ID"], problem.GetProperty("request_id").GetString());
    }
}
