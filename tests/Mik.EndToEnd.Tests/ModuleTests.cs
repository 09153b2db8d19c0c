using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Mik.EndToEnd.Tests;

/// <summary>Guests that behave: what they are asked reaches them, what they answer arrives.</summary>
public sealed class ModuleTests(GuestServer server) : IClassFixture<GuestServer>
{
    [Fact]
    public async Task Hello_AnyPath_Greets()
    {
        var response = await server.Client.AskAsync("/run/hello/any/thing");

        Assert.Equal("Hello from mik!\n", await response.Content.ReadAsStringAsync());
        Assert.Equal("hello", response.Headers.GetValues("X-Mik-Handler").Single());
        Assert.True(double.Parse(response.Headers.GetValues("X-Mik-Duration-Ms").Single(), CultureInfo.InvariantCulture) > 0);
        Assert.Equal(32, response.Headers.GetValues("X-Request-ID").Single().Length);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"a\":{\"b\":[1,2,{\"c\":null}]}}")]
    [InlineData("{\"text\":\"Grüße, 世界 🌍\"}")]
    public async Task Echo_Json_ComesBackUnchanged(string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        var response = await server.Client.PostAsync(RequestExtensions.Untouched(server.Client, "/run/echo/"), content);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(json, await response.Content.ReadAsStringAsync());
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("/run/echo", "/")]
    [InlineData("/run/echo/", "/")]
    [InlineData("/run/echo?a=b&c", "/?a=b&c")]
    [InlineData("/run/echo/a%2Fb/%20?q=%26", "/a%2Fb/%20?q=%26")]
    [InlineData("/run/echo//x//", "//x//")]
    [InlineData("/run/echo/%C3%BC/..%2f", "/%C3%BC/..%2f")]
    public async Task Echo_PathAndQuery_ReachTheGuestUnchanged(string path, string seen)
    {
        var response = await server.Client.AskAsync(path);

        Assert.Equal(seen, response.Headers.GetValues("x-echo-path").Single());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PATCH")]
    [InlineData("PROPFIND")]
    public async Task Echo_AnyMethod_ReachesTheGuest(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/run/echo/");

        Assert.Equal(method, (await server.Client.SendAsync(request)).Headers.GetValues("x-echo-method").Single());
    }

    [Fact]
    public async Task Echo_TargetWithAnAuthority_GoesBeforeHost()
    {
        var response = await server.Mik.SendRawAsync("GET http://a.example/run/echo/x HTTP/1.1\r\nHost: b.example\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", response, StringComparison.Ordinal);
        Assert.Contains("x-echo-authority: a.example\r\n", response, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Echo_Trailers_ComeBack()
    {
        var response = await server.Mik.SendRawAsync(
            "POST /run/echo/?trailers=1 HTTP/1.1\r\nHost: h\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\nConnection: close\r\n\r\n"
            + "5\r\nhello\r\n0\r\nx-sum: 7\r\n\r\n");

        Assert.Contains("hello", response, StringComparison.Ordinal);
        Assert.EndsWith("\r\n0\r\nx-sum: 7\r\n\r\n", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Echo_FiftyInParallel_EachGetsItsOwn()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async index =>
        {
            var body = new byte[20_000 + index];
            Array.Fill(body, (byte)index);
            using var content = new ByteArrayContent(body);
            var response = await server.Client.PostAsync(RequestExtensions.Untouched(server.Client, "/run/echo/"), content);
            var answer = await response.Content.ReadAsByteArrayAsync();
            Assert.True(body.AsSpan().SequenceEqual(answer));
        }));
    }

    [Theory]
    [InlineData(0, 65536)]
    [InlineData(1, 65536)]
    [InlineData(5000, 65536)]
    [InlineData(65536, 65536)]
    [InlineData(2 << 20, 65536)]
    [InlineData(12 << 20, 4096)]
    public async Task Big_AnySize_ArrivesByteForByte(int size, int chunk)
    {
        var body = await server.Client.GetByteArrayAsync(RequestExtensions.Untouched(server.Client, $"/run/big/?size={size}&chunk={chunk}"));

        Assert.Equal(size, body.Length);
        for (var index = 0; index < size; index++)
        {
            if (body[index] != 'a' + (index % 26))
            {
                Assert.Fail($"byte {index} is {body[index]}");
            }
        }
    }

    [Fact]
    public async Task Big_BodyBeforeTheResponse_Arrives() =>
        Assert.NotEmpty(await server.Client.TextAsync("/run/big/late"));

    [Fact]
    public async Task State_EachRequest_HasAFreshInstance()
    {
        for (var request = 0; request < 5; request++)
        {
            Assert.Equal("1", (await server.Client.TextAsync("/run/state/")).Trim());
        }
    }

    [Fact]
    public async Task Cpu_Hash_IsRight()
    {
        var data = new byte[256 << 10];
        for (var index = 0; index < data.Length; index++)
        {
            data[index] = (byte)(index % 251);
        }

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(data)), (await server.Client.TextAsync("/run/cpu/?n=256")).Trim());
    }

    [Fact]
    public async Task Env_GivenVariables_AreAllThatTheGuestSees() =>
        Assert.Equal(
            ["EMPTY=", "GREETING=hello there"],
            (await server.Client.TextAsync("/run/env/")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Env_Print_GoesToTheLogWithModuleAndRequest()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/run/env/print?ping-from-the-guest");
        request.Headers.Add("X-Request-ID", "print-test");
        await server.Client.SendAsync(request);
        await server.Client.AskAsync("/run/hello/");

        await server.Mik.WroteAsync("\"message\":\"ping-from-the-guest\",\"module\":\"env\",\"request_id\":\"print-test\"");
    }

    [Fact]
    public async Task Versions_SeveralOfOneInterface_Work() =>
        Assert.Contains("0.2.12", await server.Client.TextAsync("/run/versions/"), StringComparison.Ordinal);

    [Fact]
    public async Task CoreHandler_WithoutABridge_IsServed()
    {
        var response = await server.Client.AskAsync("/run/core-handler/x?status=201");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Contains("\"path\":\"/x?status=201\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AssemblyScript_Fibonacci_IsRight() =>
        Assert.Equal("0 1 1 2 3 5 8 13 21 34", (await server.Client.TextAsync("/run/assemblyscript/?n=10")).Trim());

    [Fact]
    public async Task CLibrary_ThroughTheAdapter_Works()
    {
        Assert.Equal("Hello from a C library!\n", await server.Client.TextAsync("/run/libc/"));
        Assert.Equal("50050000 bytes\n", await server.Client.TextAsync("/run/libc/malloc"));
        Assert.Contains("nsufficient", await server.Client.TextAsync("/run/libc/file"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rust_WithItsStandardLibrary_Works()
    {
        Assert.Equal("Hello from Rust!\n", await server.Client.TextAsync("/run/rust/"));
        await (await server.Client.AskAsync("/run/rust/panic")).ProblemAsync(500, "handler-error");
    }

    [Fact]
    public async Task Health_AfterRequests_CountsThem()
    {
        await server.Client.TextAsync("/run/hello/");

        Assert.Contains("\"status\":\"ok\"", await server.Client.TextAsync("/health"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.AskAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.AskAsync("/health/ready")).StatusCode);
    }

    [Theory]
    [InlineData("/run/..%2f..%2fetc/passwd")]
    [InlineData("/run/../../etc/passwd")]
    [InlineData("/run/%2e%2e/")]
    [InlineData("/run/hello%2Fx/")]
    [InlineData("/run/hello%5Cx/")]
    [InlineData("/run/hello%00/")]
    [InlineData("/run/hello%0d%0aX-Evil:1/")]
    [InlineData("/run/aux/")]
    [InlineData("/run/hello.wasm/")]
    [InlineData("/run/HELLO/")]
    [InlineData("/")]
    [InlineData("/run/")]
    public async Task Names_ThatAreNoModule_Are400Or404(string path)
    {
        var response = await server.Mik.SendRawAsync($"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

        Assert.Matches("^HTTP/1.1 40[04] ", response);
        Assert.DoesNotContain("X-Evil", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_VeryLong_Are400Or404OrTooLong()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Client.AskAsync("/run/" + new string('n', 300))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.AskAsync("/run/echo/" + new string('p', 5000))).StatusCode);
    }

    [Fact]
    public async Task Tracing_InboundTrace_IsContinued()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/run/hello/");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        Assert.Matches(
            "^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$",
            (await server.Client.SendAsync(request)).Headers.GetValues("traceparent").Single());
    }
}
