using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Wasi.Http;
using Mik.Wasm.Execution;

namespace Mik.Server.Tests.Scripts;

/// <summary>Scripts over real HTTP; the handlers that they call are C# functions.</summary>
public sealed class ScriptHandlerTests
{
    private const string Head = "import { script, ok, error } from \"mik-sdk\";\n";

    [Fact]
    public async Task Request_Parts_AreWhatTheScriptSees()
    {
        await using var served = await Served.StartAsync(("echo.js", Head + "export default script(async (req) => ok(req));"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/script/echo/a%20b/c?x=1&x=2&y=%C3%A4+z") { Content = JsonContent.Create(new { n = 1 }) };
        request.Headers.Add("X-Thing", "Value");

        var seen = await served.JsonAsync(request);

        Assert.Equal("POST", seen.GetProperty("method").GetString());
        Assert.Equal("/a%20b/c", seen.GetProperty("path").GetString());
        Assert.Equal("2", seen.GetProperty("query").GetProperty("x").GetString());
        Assert.Equal("ä z", seen.GetProperty("query").GetProperty("y").GetString());
        Assert.Equal(["1", "2"], seen.GetProperty("queryAll").GetProperty("x").EnumerateArray().Select(value => value.GetString()));
        Assert.Equal("Value", seen.GetProperty("headers").GetProperty("x-thing").GetString());
        Assert.Equal(1, seen.GetProperty("body").GetProperty("n").GetInt32());
    }

    [Theory]
    [InlineData("", null, "null")]
    [InlineData("{\"a\":[1]}", "text/plain", "{\"a\":[1]}")]
    [InlineData("plain words", "text/plain", "\"plain words\"")]
    [InlineData("{broken", "application/json", "\"{broken\"")]
    public async Task Request_Body_IsJsonOrTextOrNull(string body, string? type, string expected)
    {
        await using var served = await Served.StartAsync(("echo.js", Head + "export default script((req) => ok({ body: req.body }));"));
        using var content = new StringContent(body, Encoding.UTF8, type ?? "text/plain");

        var response = await served.Client.PostAsync("/script/echo", content);

        Assert.Equal($"{{\"body\":{expected}}}", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("export default script(() => ok({ a: 1 }));", 200, "application/json", "{\"a\":1}")]
    [InlineData("export default script(() => undefined);", 204, null, "")]
    [InlineData("export default () => ({ bare: true });", 200, "application/json", "{\"bare\":true}")]
    [InlineData("export default script(() => [1, null, 'x']);", 200, "application/json", "[1,null,\"x\"]")]
    [InlineData("export default script(() => 'text');", 200, "application/json", "\"text\"")]
    [InlineData("export default script(() => error({ status: 401, title: 'Unauthorized', hint: 'x' }));", 401, "application/problem+json",
        "{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,\"hint\":\"x\"}")]
    public async Task Script_ReturnValues_BecomeResponses(string source, int status, string? type, string body)
    {
        await using var served = await Served.StartAsync(("s.js", Head + source));

        var response = await served.Client.GetAsync("/script/s");

        Assert.Equal((status, body), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("s", response.Headers.GetValues("X-Mik-Handler").Single());
        Assert.NotEmpty(response.Headers.GetValues("X-Request-ID"));
    }

    [Fact]
    public async Task HostCall_RequestAndResponse_AreThoseOfTheHandler()
    {
        string? seen = null;
        await using var served = await Served.StartAsync(
            exchange =>
            {
                seen = $"{exchange.Method} {exchange.PathWithQuery} {ReadBody(exchange)} {Header(exchange, "content-type")} {Header(exchange, "x-one")}";
                Guests.Respond(exchange, """{"id":7}""", 201, Guests.Header("content-type", "application/json"), Guests.Header("x-made", "yes"));
            },
            ("s.js", Head + """
                export default script(async (req, host) => {
                  const made = await host.call("guest", { method: "PUT", path: "/items?q=1", headers: { "X-One": "1" }, body: { sku: "a" } });
                  return { status: made.status, id: made.body.id, header: made.headers["x-made"], keys: Object.keys(made) };
                });
                """));

        var answer = await served.Client.GetStringAsync("/script/s");

        Assert.Equal("""PUT /items?q=1 {"sku":"a"} application/json 1""", seen);
        Assert.Equal("""{"status":201,"id":7,"header":"yes","keys":["status","headers","body"]}""", answer);
    }

    [Fact]
    public async Task HostCall_ForwardedBody_KeepsTheStatusOfSuccess()
    {
        await using var served = await Served.StartAsync(
            exchange => Guests.Respond(exchange, """{"id":7}""", 201, Guests.Header("content-type", "application/json")),
            ("body.js", Head + "export default script(async (req, host) => ok((await host.call('guest')).body));"),
            ("whole.js", Head + "export default script((req, host) => host.call('guest'));"),
            ("copy.js", Head + "export default script(async (req, host) => ok({ ...(await host.call('guest')).body }));"));

        Assert.Equal(HttpStatusCode.Created, (await served.Client.GetAsync("/script/body")).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await served.Client.GetAsync("/script/whole")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await served.Client.GetAsync("/script/copy")).StatusCode);
    }

    [Fact]
    public async Task HostCall_BytesThatAreNoText_PassThroughUntouched()
    {
        byte[] bytes = [0xff, 0xfe, 0, 1, 2, 0xc3, 0x28];
        await using var served = await Served.StartAsync(
            exchange =>
            {
                exchange.Response.Start(200, [Guests.Header("content-type", "image/png")]);
                exchange.Response.Body.WriteAsync(bytes).AsTask().GetAwaiter().GetResult();
            },
            ("s.js", Head + "export default script((req, host) => host.call('guest'));"));

        Assert.Equal(bytes, await served.Client.GetByteArrayAsync("/script/s"));
    }

    [Fact]
    public async Task HostCall_ErrorStatus_Resolves()
    {
        await using var served = await Served.StartAsync(
            exchange => Guests.Respond(exchange, "no", 503, Guests.Header("content-type", "text/plain")),
            ("s.js", Head + "export default script(async (req, host) => { const r = await host.call('guest'); return [r.status, r.body]; });"));

        Assert.Equal("""[503,"no"]""", await served.Client.GetStringAsync("/script/s"));
    }

    [Theory]
    [InlineData("missing", "MODULE_NOT_FOUND")]
    [InlineData("../guest", "MODULE_NOT_FOUND")]
    [InlineData("guest", "HANDLER_ERROR")]
    public async Task HostCall_Failure_RejectsWithItsCode(string handler, string code)
    {
        await using var served = await Served.StartAsync(
            exchange => throw new Trap(TrapKind.Unreachable),
            ("s.js", Head + """
                export default script(async (req, host) => {
                  try { return await host.call(req.body); } catch (e) { return { code: e.code, isError: e instanceof Error, line: /s\.js:3/.test(e.stack) }; }
                });
                """));
        var response = await served.Client.PostAsync("/script/s", JsonContent.Create(handler));

        Assert.Equal($"{{\"code\":\"{code}\",\"isError\":true,\"line\":true}}", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("host.call('guest')")]
    [InlineData("host.call('guest', { timeout: 50 })")]
    public async Task HostCall_TooSlow_RejectsInTimeForAnAnswer(string call)
    {
        var clock = new TimerClock();
        using var entered = new SemaphoreSlim(0);
        await using var served = await Served.StartAsync(
            (_, context) =>
            {
                entered.Release();
                context.CancellationToken.WaitHandle.WaitOne();
                throw new Trap(TrapKind.Interrupted);
            },
            options => options with { ExecutionTimeout = TimeSpan.FromSeconds(60) },
            clock,
            ("s.js", Head + $"export default script(async (req, host) => {{ try {{ await {call}; }} catch (e) {{ return error({{ status: 504, title: "
                + $"e.code }}); }} }});"));

        var asked = served.Client.GetAsync("/script/s");
        await entered.WaitAsync();

        // Of its minute the script keeps a second for itself.
        clock.Pass(TimeSpan.FromSeconds(59));
        var response = await asked;

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Contains("\"TIMEOUT\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostCall_AboveTheModulesLimit_IsRateLimited()
    {
        using var release = new ManualResetEventSlim();
        await using var served = await Served.StartAsync(
            (exchange, context) =>
            {
                release.Wait(TimeSpan.FromSeconds(30), context.CancellationToken);
                Guests.Respond(exchange, "1");
            },
            options => options with { MaxPerModuleRequests = 2 },
            ("s.js", Head + """
                export default script(async (req, host) => {
                  const codes = {};
                  const all = Array.from({ length: 2000 }, () => host.call("guest").catch((e) => { codes[e.code] = (codes[e.code] ?? 0) + 1; if (codes[e.code] === 1998) console.log("rejected"); }));
                  await Promise.all(all);
                  return codes;
                });
                """));

        var asked = served.Client.GetStringAsync("/script/s");
        await served.Log.WaitForAsync("rejected");
        release.Set();

        Assert.Equal("""{"RATE_LIMITED":1998}""", await asked);
    }

    [Fact]
    public async Task HostCall_TenUnderPromiseAll_RunAtTheSameTime()
    {
        using var together = new Barrier(10);
        await using var served = await Served.StartAsync(
            (exchange, context) =>
            {
                // Nobody passes before all ten are here.
                Assert.True(together.SignalAndWait(TimeSpan.FromSeconds(60), context.CancellationToken));
                Guests.Respond(exchange, exchange.PathWithQuery[1..]);
            },
            options => options,
            ("s.js", Head + "export default script(async (req, host) => (await Promise.all(Array.from({ length: 10 }, (_, i) => host.call('guest', { "
                + "path: '/' + i })))).map((r) => r.body));"));

        Assert.Equal("[0,1,2,3,4,5,6,7,8,9]", await served.Client.GetStringAsync("/script/s"));
    }

    [Fact]
    public async Task HostCall_CountsAndTraces_LikeARequest()
    {
        string? trace = null;
        await using var served = await Served.StartAsync(
            (exchange, context) =>
            {
                trace = context.PropagatedHeaders.First(header => header.Key == "traceparent").Value;
                Guests.Respond(exchange, "1");
            },
            options => options,
            ("s.js", Head + "export default script(async (req, host) => (await host.call('guest')).body);"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/script/s");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        (await served.Client.SendAsync(request)).EnsureSuccessStatusCode();
        var metrics = await served.Client.GetStringAsync("/metrics");

        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", trace, StringComparison.Ordinal);
        Assert.Contains("mik_requests_total{route=\"call\",module=\"guest\",status=\"200\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("mik_requests_total{route=\"script\",module=\"s\",status=\"200\"} 1", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostCall_InACycle_IsCutOff()
    {
        Served? served = null;
        await using var started = served = await Served.StartAsync(
            (exchange, context) =>
            {
                // A module that calls the script back, with the headers that outgoing requests carry.
                using var request = new HttpRequestMessage(HttpMethod.Get, "/script/s");
                foreach (var (name, value) in context.PropagatedHeaders)
                {
                    request.Headers.Add(name, value);
                }

                using var response = served!.Client.Send(request, context.CancellationToken);
                Guests.Respond(exchange, $"{(int)response.StatusCode}", (int)response.StatusCode);
            },
            options => options,
            ("s.js", Head + "export default script(async (req, host) => { const r = await host.call('guest'); return error({ status: r.status, title: "
                + "'from below' }); });"));

        Assert.Equal(HttpStatusCode.LoopDetected, (await started.Client.GetAsync("/script/s")).StatusCode);
    }

    [Theory]
    [InlineData("/script/nothing", 404, "script-not-found")]
    [InlineData("/script/", 404, "script-not-found")]
    [InlineData("/script/a.test", 404, "script-not-found")]
    [InlineData("/script/_shared", 404, "script-not-found")]
    [InlineData("/script/%2e%2e%2fother", 400, "invalid-request")]
    public async Task Route_WithoutAScript_IsAProblem(string path, int status, string slug)
    {
        await using var served = await Served.StartAsync(
            ("a.js", "export default () => 1;"), ("a.test.js", "export default () => 1;"), ("_shared.js", "export default () => 1;"));

        var response = await served.Client.GetAsync(path);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains($"urn:mik:error:{slug}", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Script_Uncaught_Is500AndTheLogShowsWhereInTheSource()
    {
        await using var served = await Served.StartAsync(("bad.ts", """
            import { script } from "mik-sdk";
            interface Thing { name: string; other?: Array<Record<string, number>> }
            async function deep(thing: Thing, n: number = 1): Promise<void> {
              await null;
              const padded: Thing = thing as Thing; throw new TypeError("broken here");
            }
            export default script(async (req: any) => { console.warn("soon", { a: 1 }); await deep({ name: "x" }); });
            """));

        var response = await served.Client.GetAsync("/script/bad");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("broken here", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var logged = served.Log.Lines.Single(
            line => line.Contains("broken here", StringComparison.Ordinal) && line.Contains("script=bad", StringComparison.Ordinal));
        Assert.Contains("TypeError: broken here", logged, StringComparison.Ordinal);
        Assert.Contains("at deep (scripts/bad.ts:5:", logged, StringComparison.Ordinal);
        Assert.Contains("> 5 |   const padded: Thing = thing as Thing; throw new TypeError(\"broken here\");", logged, StringComparison.Ordinal);
        Assert.Contains(served.Log.Lines, line => line.StartsWith("soon { a: 1 } (script=bad id=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("export default script(async () => 1);", "ReferenceError: script is not defined (import { script } from \"mik-sdk\")")]
    [InlineData("export default () => ok(1);", "ReferenceError: ok is not defined (import { ok } from \"mik-sdk\")")]
    [InlineData("export default () => process.env.A;", "process is not defined (what [env] of mik.toml says is host.env)")]
    [InlineData("export default () => host.env;", "host is not defined (a script gets it: script(async (req, host) => …))")]
    [InlineData("export default () => thing;", "ReferenceError: thing is not defined (script=")]
    [InlineData("import { okk } from 'mik-sdk'; export default () => okk(1);", "(mik-sdk has error, ok, respond and script)")]
    [InlineData("export default { async fetch() { return new Response('x'); } };", "has a fetch, as a component of mik build has")]
    [InlineData("export default 5;", "(it exports default, of type number)")]
    [InlineData("import { ok } from 'mik-sdk'; export default (req, host) => ok(host.call('guest'));", "the body of the response is a Promise: there is an await missing")]
    public async Task Script_WithACommonMistake_IsToldWhatHelps(string source, string told)
    {
        await using var served = await Served.StartAsync(("mistake.js", source));

        Assert.Equal(HttpStatusCode.InternalServerError, (await served.Client.GetAsync("/script/mistake")).StatusCode);
        await served.Log.WaitForAsync(told);
    }

    [Fact]
    public async Task HostCall_WithoutAwait_IsWarnedOf()
    {
        await using var served = await Served.StartAsync(
            exchange => Guests.Respond(exchange, "called", 200),
            ("s.js", "export default (req, host) => { host.call('guest'); return 'answered'; };"),
            ("raced.js", "export default async (req, host) => Promise.race([host.call('guest').then((r) => r.status), new Promise((r) => setTimeout(r, 20000, 0))]);"));

        Assert.Equal("200", await served.Client.GetStringAsync("/script/raced"));
        Assert.Equal("\"answered\"", await served.Client.GetStringAsync("/script/s"));

        await served.Log.WaitForAsync("'guest' was not called: the script answered without waiting for it");
        Assert.Single(served.Log.Lines, line => line.Contains("was not called", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Script_Changed_IsLoadedAgain()
    {
        await using var served = await Served.StartAsync(
            ("s.js", "import { value } from './_value'; export default () => value;"), ("_value.ts", "export const value: number = 1;"));
        Assert.Equal("1", await served.Client.GetStringAsync("/script/s"));

        served.Project.Write("_value.ts", "export const value: number = 22;");
        served.Project.Write("late.js", "export default () => 3;");

        Assert.Equal("22", await served.EventuallyAsync("/script/s", "22"));
        Assert.Equal("3", await served.EventuallyAsync("/script/late", "3"));
    }

    [Fact]
    public async Task Load_TwoFilesOfOneName_TheNewerIsServedWithANote()
    {
        await using var served = await Served.StartAsync(
            ("a.js", "export default () => 'js';"), ("a.ts", "export default (): string => 'ts';"), ("_b.js", "export const b = 'js';"),
            ("_b.ts", "export const b: string = 'ts';"),
            ("c.js", "import { b } from './_b'; export default () => b;"));
        served.Project.Age("a.js", hours: 2);
        served.Project.Age("_b.ts", hours: 2);

        Assert.Equal(("\"ts\"", "\"js\""), (await served.EventuallyAsync("/script/a", "\"ts\""), await served.EventuallyAsync("/script/c", "\"js\"")));
        Assert.Contains(served.Log.Lines, line => line.Contains("scripts/a.ts is served; scripts/a.js beside it is older", StringComparison.Ordinal));

        served.Project.Age("a.ts", hours: 3);
        served.Project.Age("_b.ts", hours: 1);
        served.Project.Age("_b.js", hours: 3);
        Assert.Equal(("\"js\"", "\"ts\""), (await served.EventuallyAsync("/script/a", "\"js\""), await served.EventuallyAsync("/script/c", "\"ts\"")));
    }

    [Fact]
    public async Task Load_FilesThatAreNoScriptsForTheirNames_AreToldOf()
    {
        await using var served = await Served.StartAsync(
            ("a.mjs", "export default () => 1;"), ("b.tsx", ""), ("C.JS", ""), ("d.test.cjs", ""), ("_e.mjs", ""), ("f.d.mts", ""), ("g.md", ""),
            ("s.js", "export default async () => 1;"), ("t.js", "import { e } from './a.mjs'; export default () => e;"));

        Assert.Equal("1", await served.Client.GetStringAsync("/script/s"));
        Assert.Equal(HttpStatusCode.InternalServerError, (await served.Client.GetAsync("/script/t")).StatusCode);

        Assert.Equal(
            ["scripts/C.JS", "scripts/a.mjs", "scripts/b.tsx", "scripts/d.test.cjs"],
            served.Log.Lines.Where(line => line.Contains(" is not served: ", StringComparison.Ordinal))
                .Select(line => line.Split(' ')[0]).Order(StringComparer.Ordinal));
        Assert.Contains(served.Log.Lines, line => line.Contains("only files that end with .js, .ts or .json are imported", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Load_BrokenFile_IsInTheLog()
    {
        using var project = new ScriptProject(("broken.ts", "const x: = 1;"));
        var log = new LogLines();
        await using var server = new MikServer(
            new MikServerOptions { Modules = [], ScriptsFolder = project.Folder }, new Microsoft.Extensions.Logging.LoggerFactory([log]));

        Assert.Empty(await server.LoadAsync(CancellationToken.None));

        Assert.Contains(log.Lines, line => line.Contains("scripts/broken.ts:1:", StringComparison.Ordinal));
    }

    private static string ReadBody(HttpExchange exchange)
    {
        var read = exchange.RequestBody.ReadAsync().AsTask().GetAwaiter().GetResult();
        var text = Encoding.UTF8.GetString(read.Buffer);
        exchange.RequestBody.AdvanceTo(read.Buffer.End);
        return text;
    }

    private static string Header(HttpExchange exchange, string name) =>
        Encoding.Latin1.GetString(exchange.RequestHeaders.First(header => header.Key == name).Value);

    /// <summary>A server with scripts.</summary>
    private sealed class Served(TestServer server, ScriptProject project) : IAsyncDisposable
    {
        public HttpClient Client => server.Client;

        public LogLines Log => server.Log;

        public ScriptProject Project => project;

        public static Task<Served> StartAsync(params (string Name, string Source)[] files) => StartAsync((_, _) => { }, options => options, files);

        public static Task<Served> StartAsync(Action<HttpExchange> guest, params (string Name, string Source)[] files) =>
            StartAsync((exchange, _) => guest(exchange), options => options, files);

        public static Task<Served> StartAsync(
            Action<HttpExchange, WasiHttpContext> guest, Func<MikServerOptions, MikServerOptions> change, params (string Name, string Source)[] files) =>
            StartAsync(guest, change, TimeProvider.System, files);

        public static async Task<Served> StartAsync(
            Action<HttpExchange, WasiHttpContext> guest, Func<MikServerOptions, MikServerOptions> change, TimeProvider clock,
            params (string Name, string Source)[] files)
        {
            var project = new ScriptProject(files);
            var server = await TestServer.StartAsync(
                _ => new ModuleModel((exchange, context, _) => guest(exchange, context), 1, TimeSpan.Zero),
                options => change(options with { ScriptsFolder = project.Folder }), clock);
            return new Served(server, project);
        }

        public async Task<JsonElement> JsonAsync(HttpRequestMessage request)
        {
            var response = await Client.SendAsync(request);
            return await response.Content.ReadFromJsonAsync<JsonElement>();
        }

        public async Task<string> EventuallyAsync(string path, string expected)
        {
            var limit = DateTime.UtcNow.AddSeconds(60);
            while (true)
            {
                var body = await (await Client.GetAsync(path)).Content.ReadAsStringAsync();
                if (body == expected || DateTime.UtcNow > limit)
                {
                    return body;
                }

                await Task.Yield();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            project.Dispose();
        }
    }
}
