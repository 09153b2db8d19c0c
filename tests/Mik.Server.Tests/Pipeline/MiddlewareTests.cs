using System.Net;
using System.Text;
using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Wasi.Http;
using Mik.Wasm.Execution;

namespace Mik.Server.Tests.Pipeline;

/// <summary>Middlewares before handlers and scripts: their order, what has them, and for whom a failure counts. Guests are C# functions.</summary>
public sealed class MiddlewareTests
{
    private static readonly string[] Both = ["outer", "inner"];

    [Fact]
    public async Task Run_TwoMiddlewares_OutermostFirst()
    {
        await using var server = await StartAsync(options => options with { Middleware = Both });
        server.Client.DefaultRequestHeaders.Add("te", "trailers");
        var response = await server.Client.PostAsync(new Uri("/run/guest/path?q=1", UriKind.Relative), new StringContent("a body"));

        Assert.Equal("inner, outer", string.Join(", ", response.Headers.GetValues("x-passed")));
        Assert.Equal("POST /path?q=1 a body", await response.Content.ReadAsStringAsync());
        Assert.Equal("guest", Assert.Single(response.Headers.GetValues("X-Mik-Handler")));
        Assert.Equal("seen", Assert.Single(response.TrailingHeaders.GetValues("x-end")));
    }

    [Fact]
    public async Task Run_NameOfAMiddleware_IsNoRoute()
    {
        await using var server = await StartAsync(options => options with { Middleware = ["outer"], ModuleOptions = Own("guest", "inner") });

        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync(new Uri("/run/outer/", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync(new Uri("/run/inner/", UriKind.Relative))).StatusCode);
        Assert.Equal(["guest", "other", "refusing", "trapping"], server.Server.Modules.Select(module => module.Name));
    }

    [Fact]
    public async Task Run_ListOfTheModule_ReplacesTheServers()
    {
        await using var server = await StartAsync(options => options with { Middleware = ["outer"], ModuleOptions = Own("guest", "inner") });

        Assert.Equal(["inner"], (await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative))).Headers.GetValues("x-passed"));
        Assert.Equal(["outer"], (await server.Client.GetAsync(new Uri("/run/other/", UriKind.Relative))).Headers.GetValues("x-passed"));
    }

    [Fact]
    public async Task Load_MiddlewareThatIsNotThere_IsAnError()
    {
        await using var server = await StartAsync(options => options with { Middleware = ["outer", "lost"] });
        var failure = Assert.Single(await server.Server.LoadAsync(CancellationToken.None));

        Assert.Equal("'middleware' in [server] names 'lost', and there is no such module", failure.Message);
        var response = await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }

    [Fact]
    public async Task Run_MiddlewareThatAnswersItself_HidesTheHandler()
    {
        await using var server = await StartAsync(options => options with { Middleware = ["refusing"] });

        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(new Uri("/metrics", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Run_MiddlewareThatFails_OpensItsOwnCircuit()
    {
        await using var server = await StartAsync(options => options with { Middleware = ["trapping"], ModuleOptions = Own("other") });
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.InternalServerError, (await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative))).StatusCode);
        }

        var refused = await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("'trapping'", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(new Uri("/run/other/", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Run_HandlerThatFails_OpensItsOwnCircuitOnly()
    {
        await using var server = await StartAsync(options => options with { Middleware = ["outer"] });
        for (var i = 0; i < 5; i++)
        {
            var failed = await server.Client.GetAsync(new Uri("/run/guest/trap", UriKind.Relative));
            Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
            Assert.Equal(["outer"], failed.Headers.GetValues("x-passed"));
            Assert.Contains("urn:mik:error:handler-error", await failed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(new Uri("/run/other/", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Run_HandlerPastTheDeadline_CountsForTheHandler()
    {
        var clock = new TimerClock();
        await using var server = await StartAsync(options => options with { Middleware = ["outer"] }, clock);
        var asked = Enumerable.Range(0, 5).Select(_ => server.Client.GetAsync(new Uri("/run/guest/wait", UriKind.Relative))).ToArray();
        await server.Log.WaitForLineAsync(_ => server.Log.Lines.Count(line => line.StartsWith("the handler waits", StringComparison.Ordinal)) == 5);
        clock.Pass(new MikServerOptions().ExecutionTimeout);
        var late = await Task.WhenAll(asked);
        Assert.All(late, response => Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(new Uri("/run/other/", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Run_ClientThatLeaves_StopsTheHandler()
    {
        await using var server = await StartAsync(options => options with { Middleware = Both });
        using var left = new CancellationTokenSource();
        var request = server.Client.GetAsync(new Uri("/run/guest/wait", UriKind.Relative), left.Token);
        await server.Log.WaitForAsync("the handler waits");
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await server.Log.WaitForAsync("the handler was stopped");
    }

    [Fact]
    public async Task HostCall_OfAScriptBehindTheServersList_RunsOnlyWhatItHasNotPassed()
    {
        using var project = new ScriptProject(("ask.js", """
            export default async (request, host) => {
                const [one, two] = await Promise.all([host.call("guest", {}), host.call("other", {})]);
                return { guest: one.headers["x-passed"] ?? "nobody", other: two.headers["x-passed"] ?? "nobody" };
            }
            """));
        await using var server = await StartAsync(
            options => options with { ScriptsFolder = project.Folder, Middleware = ["outer"], ModuleOptions = Own("guest", "outer", "inner") });
        await server.Server.LoadAsync(CancellationToken.None);
        var response = await server.Client.GetAsync(new Uri("/script/ask", UriKind.Relative));

        Assert.Equal(["outer"], response.Headers.GetValues("x-passed"));
        Assert.Equal("""{"guest":"inner","other":"nobody"}""", await response.Content.ReadAsStringAsync());
    }

    private static Dictionary<string, ModuleOptions> Own(string module, params string[] names) => new() { [module] = new ModuleOptions { Middleware = names } };

    private static Task<TestServer> StartAsync(Func<MikServerOptions, MikServerOptions> change, TimeProvider? clock = null) => TestServer.StartAsync(
        module => new ModuleModel((exchange, context, _) => Run(module, exchange, context), 1, TimeSpan.Zero),
        options => change(options with
        {
            Modules = [.. ((string[])["guest", "other", "outer", "inner", "refusing", "trapping"]).Select(name => new ModuleConfig(name, name + ".wasm"))],
        }),
        clock);

    private static void Run(ModuleConfig module, HttpExchange exchange, WasiHttpContext context)
    {
        Assert.Equal(module.IsMiddleware, context.Next is not null);
        switch (module.Name)
        {
            case "refusing":
                Guests.Respond(exchange, "who are you?", 401);
                return;
            case "trapping":
                throw new Trap(TrapKind.Unreachable, "unreachable");
            case "outer" or "inner":
                PassOn(exchange, context, module.Name);
                return;
            default:
                Answer(exchange, context);
                return;
        }
    }

    private static void PassOn(HttpExchange exchange, WasiHttpContext context, string mark)
    {
        var request = new NextRequest
        {
            Method = exchange.Method,
            Scheme = exchange.Scheme,
            Authority = exchange.Authority,
            PathWithQuery = exchange.PathWithQuery,
            Headers = exchange.RequestHeaders,
            Body = exchange.RequestBody,
            Stopped = context.CancellationToken,
        };
        var answer = context.Next!.HandleAsync(request, CancellationToken.None).GetAwaiter().GetResult();
        exchange.Response.Start(answer.Status, [.. answer.Headers, Guests.Header("x-passed", mark)]);
        answer.Body.CopyToAsync(exchange.Response.Body, context.CancellationToken).GetAwaiter().GetResult();
        exchange.Response.Trailers(answer.Trailers());
        answer.Release();
    }

    private static void Answer(HttpExchange exchange, WasiHttpContext context)
    {
        switch (exchange.PathWithQuery)
        {
            case "/trap":
                throw new Trap(TrapKind.Unreachable, "unreachable");
            case "/wait":
                context.Surroundings!.Output("the handler waits");
                context.CancellationToken.WaitHandle.WaitOne();
                context.Surroundings.Output("the handler was stopped");
                throw new Trap(TrapKind.Interrupted, "interrupted");
        }

        var body = new MemoryStream();
        exchange.RequestBody.CopyToAsync(body, context.CancellationToken).GetAwaiter().GetResult();
        exchange.Response.Start(200, []);
        Guests.Write(exchange, $"{exchange.Method} {exchange.PathWithQuery} {Encoding.UTF8.GetString(body.ToArray())}");
        exchange.Response.Trailers([Guests.Header("x-end", "seen")]);
    }
}
