using System.Net;
using System.Net.Sockets;
using System.Text;
using Mik.Testing;

namespace Mik.EndToEnd.Tests;

/// <summary>A project whose handlers and scripts stand behind a middleware of WASI 0.3, started as a user does.</summary>
public sealed class MiddlewareProject : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mik-middleware-");
    private MikProcess? _mik;

    internal MikProcess Mik => _mik!;

    public HttpClient Client { get; private set; } = new();

    internal string Manifest => Path.Combine(_folder.FullName, "mik.toml");

    /// <summary>Lays a project with the guests out.</summary>
    internal static string Lay(DirectoryInfo folder, string middleware)
    {
        var modules = folder.CreateSubdirectory("modules").FullName;
        foreach (var (name, guest) in new[] { ("old", "hello"), ("echo", "p3/echo"), ("slow", "p3/wait"), ("ways", "p3/ways"), ("pass", "p3/middleware"),
            ("more", "p3/middleware") })
        {
            File.Copy(Guests.PathOf(guest), Path.Combine(modules, name + ".wasm"));
        }

        File.WriteAllText(
            Path.Combine(folder.CreateSubdirectory("scripts").FullName, "ask.js"),
            "export default async (request, host) => ({ passed: (await host.call('echo', { method: 'POST', body: 'hi' })).headers['x-passed'] ?? 'nobody' });");
        var manifest = Path.Combine(folder.FullName, "mik.toml");
        File.WriteAllText(manifest, $"""
            [project]
            name = "chain"
            [server]
            scripts = "scripts/"
            max_body_size_mb = 200
            execution_timeout_secs = 90
            middleware = [{middleware}]
            [modules.echo]
            middleware = ["pass", "more"]
            [modules.more]
            reuse_instances = 2
            """);
        return manifest;
    }

    public async ValueTask InitializeAsync()
    {
        _mik = await MikProcess.ServeAsAsync(["--config", Lay(_folder, "\"pass\""), "--port", "0"]);
        Client = _mik.NewClient();
        Client.DefaultRequestHeaders.Add("te", "trailers");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_mik is not null)
        {
            await _mik.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }
}

/// <summary>What passes through middlewares: handlers of 0.2 and 0.3, scripts, large bodies, and the client's disconnect.</summary>
public sealed class MiddlewareTests(MiddlewareProject project) : IClassFixture<MiddlewareProject>
{
    private const long LargeBody = 100 << 20;

    [Fact]
    public async Task Body_OfARequestThatIsAnsweredEarly_IsPassedOnToItsEnd()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, project.Client.BaseAddress!.Port);
        var stream = client.GetStream();
        await stream.WriteAsync("POST /run/ways/read-behind HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n"u8.ToArray());
        await stream.WriteAsync(new byte[100_000]);
        var answer = new StringBuilder();
        var buffer = new byte[1000];
        while (!answer.ToString().Contains("accepted\n", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer);
            Assert.True(count > 0, $"the end came after: {answer}");
            answer.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        await stream.WriteAsync(new byte[100_000]);
        await project.Mik.WroteAsync("read 200000 ok");
    }

    [Fact]
    public async Task Request_ToAHandlerOf02_PassesTheMiddleware()
    {
        var response = await project.Client.GetAsync(new Uri("/run/old/", UriKind.Relative));
        Assert.Equal("Hello from mik!\n", await response.Content.ReadAsStringAsync());
        Assert.Equal(["p3"], response.Headers.GetValues("x-passed"));
        Assert.Equal(HttpStatusCode.NotFound, (await project.Client.GetAsync(new Uri("/run/pass/", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Request_ToAScript_PassesTheMiddlewareOnce()
    {
        var response = await project.Client.GetAsync(new Uri("/script/ask", UriKind.Relative));
        Assert.Equal(["p3"], response.Headers.GetValues("x-passed"));

        // Of the module's own list only "more" has not been passed.
        Assert.Equal("""{"passed":"p3"}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Request_LargeBodyThroughThree_TakesNoMemoryForIt()
    {
        await project.Client.PostAsync(new Uri("/run/echo/", UriKind.Relative), new ByteArrayContent(new byte[1 << 10]));
        var before = project.Mik.ResidentBytes;
        using var connection = new TcpClient();
        await connection.ConnectAsync(project.Client.BaseAddress!.Host, project.Client.BaseAddress.Port);
        await using var stream = connection.GetStream();
        var sending = SendAsync(stream);
        var (received, end) = await ReceiveAsync(stream);
        await sending;
        Assert.InRange(received, LargeBody, LargeBody * 2);
        Assert.Equal("\r\n0\r\n\r\n", end);
        Assert.InRange(project.Mik.ResidentBytes - before, long.MinValue, 64 << 20);
    }

    [Fact]
    public async Task Run_OfAFileWithTheSettingsOfAProject_HasItsMiddlewares()
    {
        // Of the modules folder nothing else is served.
        await using var mik = await MikProcess.ServeAsAsync(["--config", project.Manifest, Guests.PathOf("hello"), Guests.PathOf("p3/echo"), "--port", "0"]);
        using var client = mik.NewClient();
        var hello = await client.GetAsync(new Uri("/run/hello/", UriKind.Relative));
        Assert.Equal("Hello from mik!\n", await hello.Content.ReadAsStringAsync());
        Assert.Equal(["p3"], hello.Headers.GetValues("x-passed"));
        Assert.Equal(["p3", "p3"], (await client.PostAsync(new Uri("/run/echo/", UriKind.Relative), null)).Headers.GetValues("x-passed"));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri("/run/slow/", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Run_OfAProjectWithMiddlewaresBesideOthers_IsRefused()
    {
        var (code, _, errors) = await MikProcess.RunAsync("run", Path.GetDirectoryName(project.Manifest)!, Guests.PathOf("hello"), "--port", "0");
        Assert.Equal(1, code);
        Assert.Contains("error[middleware-of-another]: ", errors, StringComparison.Ordinal);

        var pass = Path.Combine(Path.GetDirectoryName(project.Manifest)!, "modules", "pass.wasm");
        (_, _, errors) = await MikProcess.RunAsync("run", "--config", project.Manifest, pass, "--port", "0");
        Assert.Contains("error[nothing-to-serve]: ", errors, StringComparison.Ordinal);
    }

    // Sent while the answer is read: nothing in between keeps it.
    private static async Task SendAsync(Stream stream)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /run/echo/ HTTP/1.1\r\nhost: test\r\ncontent-length: {LargeBody}\r\nconnection: close\r\n\r\n"));
        var piece = new byte[1 << 16];
        for (var sent = 0L; sent < LargeBody; sent += piece.Length)
        {
            await stream.WriteAsync(piece);
        }
    }

    private static async Task<(long Received, string End)> ReceiveAsync(Stream stream)
    {
        var buffer = new byte[1 << 16];
        var received = 0L;
        var end = "";
        while (await stream.ReadAsync(buffer) is > 0 and var count)
        {
            received += count;
            end += Encoding.Latin1.GetString(buffer, Math.Max(0, count - 7), Math.Min(7, count));
            end = end[Math.Max(0, end.Length - 7)..];
        }

        return (received, end);
    }

    [Fact]
    public async Task Run_MiddlewareOfAnotherWorld_IsAnErrorThatSaysSo()
    {
        var folder = Directory.CreateTempSubdirectory("mik-middleware-");
        try
        {
            var (code, _, errors) = await MikProcess.RunAsync("run", "--config", MiddlewareProject.Lay(folder, "\"old\", \"lost\""), "--port", "0");
            Assert.Equal(1, code);
            Assert.Contains("no middleware: it does not export wasi:http/handler@0.3.x", errors, StringComparison.Ordinal);
            Assert.Contains("'middleware' in [server] names 'lost', and there is no such module", errors, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
