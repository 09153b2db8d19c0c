using System.Net;
using System.Net.Sockets;
using System.Text;
using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Server.Problems;
using Mik.Server.Tests.Modules;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Types;
using Mik.Wasm.Execution;

namespace Mik.Server.Tests.Problems;

/// <summary>Every row of the table of failures, as a client sees it.</summary>
public sealed class ProblemsOverHttpTests : IAsyncLifetime
{
    private const int BodyLimit = 1000;

    private static readonly Row[] Rows =
    [
        new("no such route", 404, "not-found", "/nowhere"),
        new("no such file", 404, "not-found", "/static/none.txt"),
        new("a path that names no module", 404, "not-found", "/run/"),
        new("no such module", 404, "module-not-found", "/run/none/"),
        new("no such tenant", 404, "module-not-found", "/tenant/none/a/"),
        new("another tenant's module", 404, "module-not-found", "/tenant/t/a/"),
        new("no such script", 404, "script-not-found", "/script/none"),
        new("an illegal module name", 400, "invalid-request", "/run/a%2Fb/"),
        new("an illegal tenant name", 400, "invalid-request", "/tenant/%2e%2e/a/"),
        new("an illegal script name", 400, "invalid-request", "/script/..%5cx"),
        new("not GET or HEAD of a file", 405, "method-not-allowed", "/static/none.txt", "DELETE"),
        new("TRACE", 405, "method-not-allowed", "/run/a/", "TRACE"),
        new("a condition that does not hold", 412, "precondition-failed", "/static/there.txt", Field: "If-Match: \"x\""),
        new("a range behind the end", 416, "range-not-satisfiable", "/static/there.txt", Field: "Range: bytes=10-"),
        new("a file that is no component", 502, "module-invalid", "/run/broken/"),
        new("a tenant's file that is no component", 502, "module-invalid", "/tenant/t/broken/"),
        new("a body that is announced as too large", 413, "payload-too-large", "/run/a/", "POST", Body: new string('x', BodyLimit + 1)),
        new("a body that grows too large", 413, "payload-too-large", "/run/a/read", "POST", Body: new string('x', BodyLimit + 1), IsChunked: true),
        new("the module's limit", 429, "rate-limited", "/run/full/", RetryAfter: "1"),
        new("an open circuit", 503, "circuit-open", "/run/open/", RetryAfter: "30"),
        new("the deadline while the guest waits", 504, "timeout", "/run/a/wait"),
        new("the deadline while the module loads", 504, "timeout", "/run/endless-load/"),
        new("a trap", 500, "handler-error", "/run/a/trap", Detail: "IntegerDivideByZero"),
        new("out of memory", 500, "handler-error", "/run/a/memory", Detail: "OutOfBoundsMemoryAccess"),
        new("out of stack", 500, "handler-error", "/run/a/stack", Detail: "CallStackExhausted"),
        new("no response", 500, "handler-error", "/run/a/nothing", Detail: "without a response"),
        new("the guest's own error code", 502, "handler-error", "/run/a/refused", Detail: "connection-refused"),
        new("the guest's own error code for a time-out", 504, "handler-error", "/run/a/slow", Detail: "connection-timeout"),
        new("a script's own failure", 500, "handler-error", "/script/fails"),
    ];

    private readonly TestFolder _folder = new();
    private readonly TimerClock _clock = new();
    private readonly SemaphoreSlim _entered = new(0);
    private readonly SemaphoreSlim _release = new(0);
    private TestServer? _server;

    public static TheoryData<string> Names => [.. Rows.Select(row => row.Situation)];

    public async ValueTask InitializeAsync()
    {
        _folder.Write("tenants/t/broken.wasm", "bad");
        _folder.Write("static/there.txt", "0123456789");
        _folder.Write("scripts/fails.js", "export default () => { throw new Error('no') }");
        foreach (var name in (string[])["a", "full", "open", "endless-load", "broken"])
        {
            _folder.Write($"modules/{name}.wasm", name == "broken" ? "bad" : name);
        }

        _server = await TestServer.StartAsync(Load, options => options with
        {
            Modules = [],
            ModulesPath = _folder["modules"],
            UserModulesPath = _folder["tenants"],
            ScriptsFolder = _folder["scripts"],
            StaticFolder = _folder["static"],
            MaxBodyBytes = BodyLimit,
            MaxPerModuleRequests = 1,
        },
        _clock);
    }

    public async ValueTask DisposeAsync()
    {
        _release.Release(10);
        await _server!.DisposeAsync();
        _folder.Dispose();
        _entered.Dispose();
        _release.Dispose();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Situation_HasItsStatusAndSlug(string situation)
    {
        var row = Rows.Single(candidate => candidate.Situation == situation);
        await PrepareAsync(row);
        using var request = new HttpRequestMessage(
            new HttpMethod(row.Method), Untouched(row.Path))
        { Content = row.Body is null ? null : new StringContent(row.Body) };
        request.Headers.TransferEncodingChunked = row.IsChunked;
        request.Headers.Add("X-Request-ID", "mine");
        if (row.Field.Split(": ") is [var name, var value])
        {
            request.Headers.Add(name, value);
        }

        var asked = _server!.Client.SendAsync(request);
        if (row.Slug == "timeout")
        {
            await _clock.PassUntilAsync(asked, TimeSpan.FromSeconds(30));
        }

        using var response = await asked;

        var body = await ComponentHandlerTests.AssertProblemAsync(response, row.Status, row.Slug);
        Assert.Contains(row.Detail, body, StringComparison.Ordinal);
        Assert.Contains("\"request_id\":\"mine\"", body, StringComparison.Ordinal);
        Assert.Equal(row.RetryAfter, response.Headers.RetryAfter?.ToString());
        Assert.Equal(HttpStatusCode.OK, (await _server.Client.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task ServersLimit_IsOverloaded()
    {
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        await using var server = await TestServer.StartAsync(
            (exchange, _, _) =>
            {
                entered.Release();
                release.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
                Guests.Respond(exchange, "ok");
            },
            options => options with { MaxConcurrentRequests = 1, StaticFolder = _folder["static"] });
        var first = server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative));
        await entered.WaitAsync();

        foreach (var path in (string[])["/run/guest/", "/static/x"])
        {
            var refused = await server.Client.GetAsync(new Uri(path, UriKind.Relative));
            await ComponentHandlerTests.AssertProblemAsync(refused, 503, "overloaded");
            Assert.Equal("1", refused.Headers.RetryAfter!.ToString());
        }

        release.Release();
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
    }

    [Fact]
    public async Task ServersOwnFault_IsAnInternalErrorWithoutItsDetails()
    {
        await using var server = await TestServer.StartAsync((_, _, _) => throw new InvalidOperationException("s3cret"));

        var body = await ComponentHandlerTests.AssertProblemAsync(
            await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative)), 500, "internal-error");

        Assert.DoesNotContain("s3cret", body, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_EveryRow_IsProvoked()
    {
        // These have tests of their own, here and where the server drains; nobody is there to read the last.
        string[] elsewhere = ["overloaded", "internal-error", "shutting-down", "client-gone"];

        Assert.Equal(ProblemTable.All.Select(row => row.Slug).Order(), Rows.Select(row => row.Slug).Concat(elsewhere).Distinct().Order());
    }

    [Fact]
    public async Task ResponseThatBegan_IsCut()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(_server!.Address.Authority));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes("GET /run/a/cut HTTP/1.1\r\nHost: h\r\n\r\n"));
        using var reader = new StreamReader(stream);
        var received = new StringBuilder();
        try
        {
            received.Append(await reader.ReadToEndAsync());
        }
        catch (IOException)
        {
            // Cut with a reset.
        }

        Assert.DoesNotContain("urn:mik:error", received.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\r\n0\r\n\r\n", received.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FieldsOfAResponseThatFailed_AreNotTheProblems()
    {
        using var response = await _server!.Client.GetAsync(new Uri("/run/a/part", UriKind.Relative));

        await ComponentHandlerTests.AssertProblemAsync(response, 500, "handler-error");
        Assert.Null(response.Content.Headers.ContentRange);
        Assert.Empty(response.Content.Headers.Allow);
    }

    private Uri Untouched(string path) =>
        new(_server!.Address.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private async Task PrepareAsync(Row row)
    {
        if (row.Slug == "rate-limited")
        {
            _ = _server!.Client.GetAsync(Untouched("/run/full/"));
            await _entered.WaitAsync();
        }

        if (row.Path == "/run/a/wait")
        {
            // Loaded first: the clock would pass the limit of the load, too.
            (await _server!.Client.GetAsync(Untouched("/run/a/"))).Dispose();
        }

        if (row.Path.StartsWith("/script/", StringComparison.Ordinal))
        {
            // The engine is compiled first: no request's deadline shall pay for that.
            await using var server = new MikServer(
                new MikServerOptions { Modules = [], ScriptsFolder = _folder["scripts"] }, new Microsoft.Extensions.Logging.LoggerFactory());
            Assert.Empty(await server.LoadAsync(CancellationToken.None));
        }

        for (var failure = 0; row.Slug == "circuit-open" && failure < 5; failure++)
        {
            (await _server!.Client.GetAsync(Untouched("/run/open/trap"))).Dispose();
        }
    }

    private ModuleModel Load(ModuleConfig module)
    {
        if (module.Name == "endless-load")
        {
            _release.Wait(TimeSpan.FromSeconds(60));
        }

        return module.Name.EndsWith("broken", StringComparison.Ordinal) ? TestFolder.Load(module) : new ModuleModel(Guest, 1, TimeSpan.Zero);

        void Guest(HttpExchange exchange, WasiHttpContext context, ExecutionLimits limits)
        {
            if (module.Name == "full")
            {
                _entered.Release();
                _release.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
            }

            Behave(exchange, context);
        }
    }

    private static void Behave(HttpExchange exchange, WasiHttpContext context)
    {
        switch (exchange.PathWithQuery)
        {
            case "/trap":
                throw new Trap(TrapKind.IntegerDivideByZero, "integer divide by zero");
            case "/memory":
                throw new Trap(TrapKind.OutOfBoundsMemoryAccess, "out of bounds memory access");
            case "/stack":
                throw new Trap(TrapKind.CallStackExhausted, "call stack exhausted");
            case "/nothing":
                throw new NoResponseException();
            case "/wait":
                context.CancellationToken.WaitHandle.WaitOne();
                break;
            case "/read":
                Guests.Echo(exchange);
                break;
            case "/refused":
                exchange.Response.Fail(ErrorCode.Of("connection-refused"));
                break;
            case "/slow":
                exchange.Response.Fail(ErrorCode.Of("connection-timeout"));
                break;
            case "/part":
                exchange.Response.Start(206, [new("content-range", "bytes 0-1/2"u8.ToArray()), new("allow", "BREW"u8.ToArray())]);
                throw new Trap(TrapKind.Unreachable, "unreachable");
            case "/cut":
                Guests.Respond(exchange, "beginning");
                throw new Trap(TrapKind.Unreachable, "unreachable");
            default:
                Guests.Respond(exchange, "ok");
                break;
        }
    }

    private sealed record Row(
        string Situation, int Status, string Slug, string Path, string Method = "GET", string? Body = null, bool IsChunked = false, string? RetryAfter = null,
        string Detail = "", string Field = "");
}
