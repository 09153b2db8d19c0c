using Mik.Server.Tests.Modules;

namespace Mik.Server.Tests.Framing;

/// <summary>Handlers that get their responses wrong: the fault is said, is theirs, and takes nothing from others.</summary>
public sealed class FramingFaultTests
{
    [Theory]
    [InlineData("length=abc", "'abc'")]
    [InlineData("length=%2B5&n=5", "'%2B5'")]
    [InlineData("length=+5&n=5", "'+5'")]
    [InlineData("length=-1", "'-1'")]
    [InlineData("length=", "''")]
    [InlineData("length=5,5&n=5", "'5,5'")]
    [InlineData("length=0x5&n=5", "'0x5'")]
    [InlineData("length=99999999999999999999", "'99999999999999999999'")]
    [InlineData("length=5&also=6&n=5", "5 and 6")]
    [InlineData("status=101", "101")]
    [InlineData("length=5&body=none", "0 bytes where its content-length is 5")]
    [InlineData("length=7&n=5&via=write", "5 bytes where its content-length is 7")]
    [InlineData("length=5&n=9", "9 bytes where its content-length is 5")]
    [InlineData("length=5&n=9&via=write", "9 bytes where its content-length is 5")]
    public async Task Response_ThatHttpDoesNotAllow_IsTheHandlersFaultAndOpensNoCircuit(string query, string detail)
    {
        await using var framing = await FramingServer.StartAsync();
        for (var request = 0; request < 6; request++)
        {
            var answer = await framing.Server.Client.GetAsync(new Uri("/run/guest/?" + query, UriKind.Relative));

            Assert.Contains(detail, await ComponentHandlerTests.AssertProblemAsync(answer, 500, "handler-error"), StringComparison.Ordinal);
        }

        // The line comes after the answer.
        await framing.Server.Log.WaitForLineAsync(_ => Warnings() >= 6, detail);
        Assert.Equal(6, Warnings());
        Assert.DoesNotContain(framing.Server.Log.Lines, line => line.Contains("the server failed", StringComparison.Ordinal));

        int Warnings() => framing.Server.Log.Warnings.Count(
            line => line.Contains(detail, StringComparison.Ordinal) && line.Contains(" 500 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Response_LengthGivenTwiceTheSame_IsSentOnce()
    {
        await using var framing = await FramingServer.StartAsync();

        var answer = await framing.Server.SendRawAsync("GET /run/guest/?length=5&also=5&n=5 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

        Assert.Equal("5", Http1Message.Read(answer, "GET")["Content-Length"]);
        Assert.Null(Http1Message.Read(answer, "GET").Fault);
    }

    [Theory]
    [InlineData("HEAD", "length=1234")]
    [InlineData("HEAD", "length=1234&body=none")]
    [InlineData("GET", "status=304&length=1234")]
    [InlineData("GET", "status=304&length=1234&body=none")]
    [InlineData("GET", "status=204&length=5&body=none")]
    [InlineData("GET", "status=205&length=5&body=none")]
    public async Task Response_WithoutContent_IsNoFailure(string method, string query)
    {
        await using var framing = await FramingServer.StartAsync();
        for (var request = 0; request < 6; request++)
        {
            var answer = Http1Message.Read(
                await framing.Server.SendRawAsync($"{method} /run/guest/?{query} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"), method);

            Assert.Equal(
                query.Contains("status", StringComparison.Ordinal) ? query.AsSpan("status=".Length, 3).ToString() : "200",
                answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(
                query.Contains("204", StringComparison.Ordinal) ? null : query.Contains("205", StringComparison.Ordinal) ? "0" : "1234",
                answer["Content-Length"]);
            Assert.Equal("", answer.Rest);
        }
    }

    [Theory]
    [InlineData("status=418&empty=1&end=leave")]
    [InlineData("status=418&empty=1&end=leave&length=0")]
    public async Task Body_LeftWithNothingWritten_IsEmptyAndWarnedOf(string query)
    {
        await using var framing = await FramingServer.StartAsync();

        var answer = await framing.Server.Client.GetAsync(new Uri("/run/guest/?" + query, UriKind.Relative));

        Assert.Equal(418, (int)answer.StatusCode);
        Assert.Equal("full", answer.Headers.GetValues("x-full").Single());
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
        Assert.Equal(0, answer.Content.Headers.ContentLength);
        await framing.Server.Log.WaitForAsync(" 418 ");
        Assert.Contains("without finishing its body", Assert.Single(framing.Server.Log.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n=5&end=leave", "it returned without finishing its body, of which it wrote 5 bytes")]
    [InlineData("n=5&end=drop", "it dropped its body after 5 bytes")]
    [InlineData("n=5&length=7&end=leave", "5 bytes where its content-length is 7")]
    [InlineData("n=5&length=7", "5 bytes where its content-length is 7")]
    public async Task Body_BrokenAfterSomeBytes_IsCutAndWarnedOf(string query, string why)
    {
        await using var framing = await FramingServer.StartAsync();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => framing.Server.Client.GetStringAsync(new Uri("/run/guest/?" + query, UriKind.Relative)));

        await framing.Server.Log.WaitForAsync(why);
        Assert.Contains(why, Assert.Single(framing.Server.Log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_TooLongAndThenATrap_SaysBothNumbers()
    {
        await using var framing = await FramingServer.StartAsync();

        var answer = await framing.Server.Client.GetAsync(new Uri("/run/guest/?length=5&n=9&end=trap", UriKind.Relative));

        await ComponentHandlerTests.AssertProblemAsync(answer, 500, "handler-error");
        await framing.WarningAsync("9 bytes where its content-length is 5");
    }

    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("GET", 304)]
    public async Task Body_LongerThanTheLength_WhereThereIsNoContent_IsNoFault(string method, int status)
    {
        await using var framing = await FramingServer.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/run/guest/early?length=5&n=9&status={status}");

        var answer = await framing.Server.Client.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(5, answer.Content.Headers.ContentLength);
        await framing.Server.Log.WaitForAsync($" {status} ");
        Assert.Empty(framing.Server.Log.Warnings);
    }

    [Theory]
    [InlineData("/early?n=3000000", "response-outparam.set")]
    [InlineData("/early?n=3000000&length=3000000", "response-outparam.set")]
    [InlineData("/request?n=3000000", "outgoing-handler.handle")]
    public async Task Wait_ThatNobodyCanEnd_EndsAtOnce(string target, string missing)
    {
        // The deadline is longer than the test may take.
        await using var framing = await FramingServer.StartAsync(options => options with { ExecutionTimeout = TimeSpan.FromHours(1) });
        for (var request = 0; request < 6; request++)
        {
            var answer = await framing.Server.Client.GetAsync(new Uri("/run/guest" + target, UriKind.Relative));

            Assert.Contains(missing, await ComponentHandlerTests.AssertProblemAsync(answer, 500, "handler-error"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Body_WrittenBeforeTheResponseIsSet_WithinTheBuffer_IsSent()
    {
        await using var framing = await FramingServer.StartAsync();

        Assert.Equal(500_000, (await framing.Server.Client.GetStringAsync(new Uri("/run/guest/early?n=500000", UriKind.Relative))).Length);
    }

    [Fact]
    public async Task Fields_WithoutAValue_AreSent()
    {
        await using var framing = await FramingServer.StartAsync();
        using var client = new Http2Client(framing.Server.Address);

        var answer = await framing.Server.SendRawAsync(
            "GET /run/guest/?empty=1&n=3&trailer=1 HTTP/1.1\r\nHost: h\r\nTE: trailers\r\nConnection: close\r\n\r\n");
        var overHttp2 = await client.SendAsync("GET", "/run/guest/?empty=1&n=3&trailer=1");

        var message = Http1Message.Read(answer, "GET");
        Assert.Equal(["", ""], message.Fields.Where(field => field.Name == "x-empty").Select(field => field.Value));
        Assert.Equal("", message["trailer x-empty"]);
        Assert.Equal("7", message["trailer x-size"]);
        Assert.Equal("full", message["x-full"]);
        Assert.Equal("|", overHttp2["x-empty"]);
        Assert.Equal("", overHttp2["trailer x-empty"]);
    }

    [Theory]
    [InlineData(3, "3 bytes where its content-length is 5")]
    [InlineData(9, "9 bytes where its content-length is 5")]
    public async Task Guest_ThatIsNoComponent_IsHeldToItsLengthToo(int written, string detail)
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) =>
        {
            exchange.Response.Start(200, [Guests.Header("content-length", "5")]);
            exchange.Response.Body.GetMemory(written);
            exchange.Response.Body.Advance(written);
        });

        Assert.Contains(
            detail,
            await ComponentHandlerTests.AssertProblemAsync(await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative)), 500, "handler-error"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Response_ToAnOlderClient_EndsWithTheConnection()
    {
        await using var framing = await FramingServer.StartAsync();

        var answer = await framing.Server.SendRawAsync("GET /run/guest/?n=5 HTTP/1.0\r\n\r\n");

        Assert.EndsWith("\r\n\r\nxxxxx", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Transfer-Encoding", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Method_InLowerCase_IsAnotherMethodThanHead()
    {
        await using var framing = await FramingServer.StartAsync();

        var answer = await framing.Server.SendRawAsync("head /run/guest/?n=5&via=write HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

        Assert.Equal("xxxxx", Http1Message.Read(answer, "head").Body);
    }

    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("GET", 304)]
    [InlineData("GET", 204)]
    public async Task Response_WithoutContent_IsThereAtTheFirstFlush(string method, int status)
    {
        using var goOn = new SemaphoreSlim(0);
        await using var server = await TestServer.StartAsync((exchange, _, _) =>
        {
            Guests.Respond(exchange, "beginning", status);
            goOn.Wait();
            Guests.Write(exchange, "end");
        });
        using var client = await RawClient.SendAsync(server, $"{method} /run/guest/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

        await client.ReadUntilAsync("\r\n\r\n");
        goOn.Release();

        Assert.Equal("", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Head_ThroughAScript_SaysTheLengthOfGetOrNone()
    {
        await using var framing = await FramingServer.StartAsync();
        var path = FramingServer.Path("/?n=5", throughScript: true);

        var head = Http1Message.Read(await framing.Server.SendRawAsync($"HEAD {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"), "HEAD");
        var get = Http1Message.Read(await framing.Server.SendRawAsync($"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"), "GET");

        Assert.Equal("5", get["Content-Length"]);
        Assert.True(head["Content-Length"] is null or "5");
        Assert.Equal(200, head.Status);
    }
}
