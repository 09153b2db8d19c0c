using System.Net;
using System.Text;
using Mik.Wasi.Http;

namespace Mik.Server.Tests.Scripts;

/// <summary>Header fields between clients, scripts and handlers are lists; the handlers are C# functions.</summary>
public sealed class ScriptFieldsTests
{
    private const string Cookie0 = "c0=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT";
    private const string Cookie1 = "c1=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT";

    private static readonly string[] BothCookies = [Cookie0, Cookie1];

    [Theory]
    [InlineData("(req, host) => host.call('guest')")]
    [InlineData("async (req, host) => { const r = await host.call('guest'); r.headers['x-more'] = 'y'; return r; }")]
    [InlineData("async (req, host) => { const r = await host.call('guest'); r.headers = { ...r.headers }; r.status = 202; r.body = 'other'; return r; }")]
    [InlineData("async (req, host) => { const r = await host.call('guest'); const made = ok(1); made.headers['Set-Cookie'] = r.headers['set-cookie']; "
        + "made.headers.vary = r.headers.vary; return made; }")]
    [InlineData("async (req, host) => { const r = await host.call('guest'); const made = ok(1); made.headers['set-cookie'] = "
        + "r.headersAll['set-cookie']; made.headers.vary = ['a', 'b']; return made; }")]
    [InlineData("async (req, host) => { const [a, b] = await Promise.all([host.call('guest'), host.call('guest')]); return b; }")]
    public async Task SetCookie_OfAHandler_StaysSeveralFields(string script)
    {
        await using var served = await Served.StartAsync(RespondWithCookies, script);
        foreach (var version in (Version[])[HttpVersion.Version11, HttpVersion.Version20])
        {
            using var request =
                new HttpRequestMessage(HttpMethod.Get, "/script/s") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

            using var response = await served.Client.SendAsync(request);

            Assert.True(response.IsSuccessStatusCode);
            Assert.Equal(BothCookies, response.Headers.GetValues("Set-Cookie"));
            Assert.Equal(["a", "b"], response.Headers.GetValues("Vary"));
        }
    }

    [Theory]
    [InlineData("r.headers['set-cookie'] = 'mine=1'", "mine=1")]
    [InlineData("r.headers['set-cookie'] = ['mine=1', 'mine=2']", "mine=1|mine=2")]
    [InlineData("r.headers['set-cookie'] = [...r.headersAll['set-cookie'], 'mine=1']", Cookie0 + "|" + Cookie1 + "|mine=1")]
    [InlineData("delete r.headers['set-cookie']", "")]
    [InlineData("r.headers['set-cookie'] = []", "")]
    public async Task SetCookie_ThatAScriptChanges_IsWhatItSays(string change, string expected)
    {
        await using var served = await Served.StartAsync(
            RespondWithCookies, $"async (req, host) => {{ const r = await host.call('guest'); {change}; return r; }}");

        using var response = await served.Client.GetAsync(new Uri("/script/s", UriKind.Relative));

        Assert.Equal(expected, response.Headers.TryGetValues("Set-Cookie", out var values) ? string.Join('|', values) : "");
    }

    [Fact]
    public async Task Answer_HasStringsAndLists()
    {
        await using var served = await Served.StartAsync(
            RespondWithCookies,
            "async (req, host) => { const r = await host.call('guest'); return [r.headers.vary, r.headers['set-cookie'], r.headersAll.vary, "
                + "r.headersAll['x-one'], Object.keys(r), JSON.stringify(r).includes('headersAll')]; }");

        Assert.Equal(
            $"""["a, b","{Cookie0}, {Cookie1}",["a","b"],["1"],["status","headers","body"],false]""",
            await served.Client.GetStringAsync(new Uri("/script/s", UriKind.Relative)));
    }

    [Fact]
    public async Task Request_HasStringsAndLists()
    {
        await using var served = await Served.StartAsync(
            RespondWithCookies, "(req) => [req.headers['x-a'], req.headersAll['x-a'], req.headersAll['x-b'], req.headers.cookie]");

        var answer = await served.Server.SendRawAsync(
            "GET /script/s HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nx-a: 2\r\nX-B: 3\r\nCookie: a=1\r\nCookie: b=2\r\nConnection: close\r\n\r\n");

        Assert.EndsWith("""["1, 2",["1","2"],["3"],"a=1; b=2"]""", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ 'X-A': ['1', '2'] }", "x-a=1|2")]
    [InlineData("{ 'x-a': ' 1 ' }", "x-a=1")]
    [InlineData("{ 'x-a': 7 }", "x-a=7")]
    [InlineData("{ 'x-a': 'gr\u00fc\u00dfe' }", "x-a=gr\u00fc\u00dfe")]
    [InlineData("new Headers({ 'X-A': '1' })", "x-a=1")]
    [InlineData("new Headers([['x-a', '3'], ['X-A', '4']])", "x-a=3, 4")]
    [InlineData("new Map([['x-a', '1']])", "x-a=1")]
    [InlineData("[['x-a', '1'], ['x-a', '2']]", "x-a=1|2")]
    [InlineData("req.headers", "x-a=1|2")]
    [InlineData("req.headersAll", "x-a=1|2")]
    [InlineData("{ Host: req.headers.host, 'x-a': '1' }", "x-a=1")]
    public async Task Call_FieldsThatAScriptMaySet_ReachTheHandler(string headers, string expected)
    {
        var seen = new List<string>();
        await using var served = await Served.StartAsync(
            exchange =>
            {
                seen.AddRange(exchange.RequestHeaders.Where(field => field.Key == "host").Select(field => "host " + Encoding.Latin1.GetString(field.Value)));
                seen.Add(exchange.Authority!);
                seen.Add(
                    "x-a=" + string.Join(
                        '|', exchange.RequestHeaders.Where(field => field.Key == "x-a").Select(field => Encoding.Latin1.GetString(field.Value))));
                Guests.Respond(exchange, "ok", 200);
            },
            $"async (req, host) => (await host.call('guest', {{ headers: {headers} }})).body");

        var answer = await served.Server.SendRawAsync(
            "POST /script/s HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nX-A: 2\r\nTE: trailers\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");

        Assert.Contains("ok", answer, StringComparison.Ordinal);
        Assert.Equal(["host x", "x", expected], seen);
    }

    [Theory]
    [InlineData("{ host: 'evil' }", "'host'")]
    [InlineData("{ HOST: 'evil' }", "'HOST'")]
    [InlineData("{ host: ['x', 'evil'] }", "'host'")]
    [InlineData("{ connection: 'keep-alive' }", "'connection'")]
    [InlineData("{ 'Content-Length': '5' }", "'Content-Length'")]
    [InlineData("{ 'transfer-encoding': 'chunked' }", "'transfer-encoding'")]
    [InlineData("{ te: 'trailers' }", "'te'")]
    [InlineData("{ trailer: 'x' }", "'trailer'")]
    [InlineData("{ upgrade: 'h2c' }", "'upgrade'")]
    [InlineData("{ 'keep-alive': '5' }", "'keep-alive'")]
    [InlineData("{ 'proxy-connection': 'x' }", "'proxy-connection'")]
    [InlineData("{ 'a b': 'x' }", "'a b'")]
    [InlineData("{ '': 'x' }", "''")]
    [InlineData("{ 'x:': 'x' }", "'x:'")]
    [InlineData("{ ':path': '/x' }", "':path'")]
    [InlineData("{ 'x\\r\\ny': 'x' }", "is no name")]
    [InlineData("{ x: 'a\\r\\nb: c' }", "'x'")]
    [InlineData("{ x: 'a\\nb' }", "'x'")]
    [InlineData("{ x: 'a\\u0000b' }", "'x'")]
    [InlineData("{ x: '\u20ac' }", "'x'")]
    public async Task Call_FieldsThatAScriptMayNotSet_AreAClearError(string headers, string named)
    {
        var wasCalled = false;
        await using var served = await Served.StartAsync(
            exchange =>
            {
                wasCalled = true;
                Guests.Respond(exchange, "ok", 200);
            },
            $"async (req, host) => {{ try {{ await host.call('guest', {{ headers: {headers} }}); return 'passed'; }} catch (e) {{ return `${{e.code}} "
                + $"${{e.message}}`; }} }}");

        var answer = await served.Client.GetStringAsync(new Uri("/script/s", UriKind.Relative));

        Assert.StartsWith("\"HANDLER_ERROR ", answer, StringComparison.Ordinal);
        Assert.Contains(named, System.Text.Json.JsonSerializer.Deserialize<string>(answer), StringComparison.Ordinal);
        Assert.False(wasCalled);
    }

    [Theory]
    [InlineData("new Headers([['x-a', '1'], ['set-cookie', 'a=1'], ['set-cookie', 'b=2']])")]
    [InlineData("[['x-a', '1'], ['set-cookie', 'a=1'], ['set-cookie', 'b=2']]")]
    [InlineData("new Map([['x-a', 1], ['set-cookie', ['a=1', 'b=2']]])")]
    public async Task Response_FieldsAsPairs_AreAllSent(string headers)
    {
        await using var served = await Served.StartAsync(RespondWithCookies, $"() => respond({{ headers: {headers}, body: 'b' }})");

        using var response = await served.Client.GetAsync(new Uri("/script/s", UriKind.Relative));

        Assert.Equal(["1"], response.Headers.GetValues("x-a"));
        Assert.Equal(["a=1", "b=2"], response.Headers.GetValues("set-cookie"));
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("new Uint8Array([104, 105])")]
    [InlineData("ok(new Uint8Array([104, 105]))")]
    [InlineData("respond({ body: new Uint8Array([120, 104, 105]).subarray(1) })")]
    [InlineData("respond({ body: new Uint16Array([26984]) })")]
    [InlineData("respond({ body: new DataView(new Uint8Array([120, 104, 105]).buffer, 1) })")]
    [InlineData("new Uint8Array([104, 105]).buffer")]
    public async Task Response_OfBytes_IsTheseBytesAndNoJson(string bytes)
    {
        await using var served = await Served.StartAsync(RespondWithCookies, $"() => {bytes}");

        using var response = await served.Client.GetAsync(new Uri("/script/s", UriKind.Relative));

        Assert.Equal("hi", await response.Content.ReadAsStringAsync());
        Assert.Null(response.Content.Headers.ContentType);
    }

    [Theory]
    [InlineData("new Uint8Array([1])", "the body of the call is a Uint8Array, which JSON cannot say")]
    [InlineData("new ArrayBuffer(1)", "the body of the call is an ArrayBuffer, which JSON cannot say")]
    [InlineData("new Blob(['a'])", "the body of the call is a Blob, which JSON cannot say")]
    [InlineData("new URLSearchParams('a=1')", "the body of the call is a URLSearchParams, which JSON cannot say")]
    [InlineData("new FormData()", "the body of the call is a FormData, which JSON cannot say")]
    [InlineData("Promise.resolve(1)", "the body of the call is a Promise: there is an await missing")]
    public async Task Call_WithABodyThatJsonCannotSay_IsAnErrorOfTheScript(string body, string said)
    {
        await using var served = await Served.StartAsync(
            RespondWithCookies, $"async (req, host) => {{ try {{ await host.call('guest', {{ body: {body} }}); }} catch (e) {{ return String(e); }} }}");

        Assert.StartsWith(
            $"\"TypeError: {said}", await served.Client.GetStringAsync(new Uri("/script/s", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("respond({ body: new Blob(['a']) })")]
    [InlineData("ok(new URLSearchParams('a=1'))")]
    [InlineData("new ReadableStream()")]
    [InlineData("respond({ body: new Response('a') })")]
    public async Task Response_WithABodyThatJsonCannotSay_IsAnErrorWithAWayOut(string response)
    {
        await using var served = await Served.StartAsync(RespondWithCookies, $"() => {response}");

        using var answer = await served.Client.GetAsync(new Uri("/script/s", UriKind.Relative));

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains(served.Server.Log.Lines, line => line.Contains("which JSON cannot say: return new Response(body)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Response_WithoutAStatusThatOneMayHave_FailsAndTheLogNamesIt()
    {
        await using var served = await Served.StartAsync(RespondWithCookies, "() => Response.error()");

        using var response = await served.Client.GetAsync(new Uri("/script/s", UriKind.Relative));

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains(served.Server.Log.Lines, line => line.Contains("status from 200 to 599, not 0", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("'x-a: 1'", "not string")]
    [InlineData("[['x-a']]", "pairs")]
    [InlineData("['x-a', '1']", "pairs")]
    public async Task Call_FieldsThatAreNone_AreAnErrorOfTheScript(string headers, string said)
    {
        await using var served = await Served.StartAsync(
            RespondWithCookies, $"async (req, host) => {{ try {{ await host.call('guest', {{ headers: {headers} }}); }} catch (e) {{ return String(e); }} }}");

        var answer = await served.Client.GetStringAsync(new Uri("/script/s", UriKind.Relative));

        Assert.StartsWith("\"TypeError: ", answer, StringComparison.Ordinal);
        Assert.Contains(said, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'a b'", "'x'", "'a b'")]
    [InlineData("'x-a'", "'a\\r\\nSet-Cookie: b=1'", "'x-a'")]
    [InlineData("'x-a'", "['fine', '\u20ac']", "'x-a'")]
    public async Task Response_WithAnIllegalField_FailsAndTheLogNamesIt(string name, string value, string named)
    {
        await using var served = await Served.StartAsync(RespondWithCookies, $"() => {{ const r = ok(1); r.headers[{name}] = {value}; return r; }}");

        using var response = await served.Client.GetAsync(new Uri("/script/s", UriKind.Relative));

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains(
            served.Server.Log.Lines, line => line.Contains("header field", StringComparison.Ordinal) && line.Contains(named, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\ufeff{\"a\":1}", "application/json", "[\"object\",{\"a\":1}]")]
    [InlineData("\ufeffwords", "text/plain", "[\"string\",\"words\"]")]
    [InlineData("\ufeff\ufeffwords", "text/plain", "[\"string\",\"\ufeffwords\"]")]
    [InlineData("wo\ufeffrds", "text/plain", "[\"string\",\"wo\ufeffrds\"]")]
    [InlineData("\ufeff", "text/plain", "[\"object\",null]")]
    public async Task ByteOrderMark_InFrontOfABody_IsNoPartOfIt(string body, string type, string expected)
    {
        await using var served = await Served.StartAsync(
            exchange =>
            {
                exchange.Response.Start(200, [Guests.Header("content-type", type)]);
                exchange.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body)).AsTask().GetAwaiter().GetResult();
            },
            "async (req, host) => { const b = req.path === '/own' ? req.body : (await host.call('guest')).body; return [typeof b, b]; }",
            ("pass.js", "export default (req, host) => host.call('guest');"));
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var own = await served.Client.PostAsync(new Uri("/script/s/own", UriKind.Relative), content);

        Assert.Equal(expected, await own.Content.ReadAsStringAsync());
        Assert.Equal(expected, await served.Client.GetStringAsync(new Uri("/script/s", UriKind.Relative)));
        if (!body.Contains('{', StringComparison.Ordinal) && body.Length > 1)
        {
            Assert.Equal(Encoding.UTF8.GetBytes(body), await served.Client.GetByteArrayAsync(new Uri("/script/pass", UriKind.Relative)));
        }
    }

    private static void RespondWithCookies(HttpExchange exchange) => Guests.Respond(
        exchange, "text", 200, Guests.Header("set-cookie", Cookie0), Guests.Header("x-one", "1"), Guests.Header("set-cookie", Cookie1),
        Guests.Header("vary", "a"), Guests.Header("vary", "b"));

    private sealed class Served(TestServer server, ScriptProject project) : IAsyncDisposable
    {
        public TestServer Server => server;

        public HttpClient Client => server.Client;

        public static async Task<Served> StartAsync(Action<HttpExchange> guest, string script, params (string Name, string Source)[] more)
        {
            var project = new ScriptProject([("s.js", $"import {{ ok, respond }} from 'mik-sdk';\nexport default {script};"), .. more]);
            var server = await TestServer.StartAsync((exchange, _, _) => guest(exchange), options => options with { ScriptsFolder = project.Folder });
            return new Served(server, project);
        }

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            project.Dispose();
        }
    }
}
