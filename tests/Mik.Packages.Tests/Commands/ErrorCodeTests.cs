using Mik.Packages.Tests.Install;
using Mik.Packages.Tests.Registry;
using Mik.Testing;

namespace Mik.Packages.Tests.Commands;

/// <summary>Errors of the commands about packages, made on purpose: each shows its code.</summary>
public sealed class ErrorCodeTests : IAsyncLifetime
{
    private const string Head = "[project]\nname = \"app\"\n";

    private FakeRegistry _registry = null!;
    private TestProject _project = null!;

    public async ValueTask InitializeAsync()
    {
        _registry = await FakeRegistry.StartAsync();
        _project = new TestProject(_registry);
        _registry.Add("user/router", "1.0.0", Guests.Read("hello"));
        _project.Write("\"user/router\" = \"1.0.0\"");
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _project.Dispose();
    }

    [Theory]
    [InlineData("unknown-dependency", "update roter", "did you mean user/router?")]
    [InlineData("package-not-found", "add user/router:1.0.1", "did you mean 1.0.0?")]
    [InlineData("package-not-checked", "outdated", "gone")]
    public async Task Command_ThatAsksForWhatIsNotThere_TellsItsCode(string code, string words, string told)
    {
        if (code == "package-not-checked")
        {
            _project.Write("\"user/gone\" = \"1.0.0\"");
        }

        var (_, output, errors) = await MikCommand.RunAsync(_project, _registry, words.Split(' '));

        Assert.Contains($"[{code}]: ", errors, StringComparison.Ordinal);
        Assert.Contains(told, output + errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("credentials-unreadable", "{")]
    [InlineData("credential-helper-failed", "{ \"credsStore\": \"no-such-helper\" }")]
    public async Task Credentials_ThatCannotBeHad_AreTold(string code, string configuration)
    {
        Directory.CreateDirectory(_project.Home);
        await File.WriteAllTextAsync(Path.Combine(_project.Home, "config.json"), configuration);
        _registry.Intercept = context =>
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"x\"";
            return Task.FromResult(true);
        };

        Assert.Contains($"error[{code}]: ", (await MikCommand.RunAsync(_project, _registry, "sync")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Git_ThatIsNotThere_IsTold()
    {
        _project.Write("x = { git = \"https://git.example/x\", branch = \"main\" }");

        Assert.Contains("error[git-missing]: ", (await MikCommand.RunWithAsync(_project, "PATH", "/nowhere", "sync")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Registry_WithoutTls_IsTold()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        using var stop = new CancellationTokenSource();
        var answering = AnswerPlainlyAsync(listener, stop.Token);

        var (_, errors) = await MikCommand.RunWithAsync(
            _project, "MIK_REGISTRY_MIRRORS", $"ghcr.io=https://127.0.0.1:{port}", "sync");

        await stop.CancelAsync();
        await answering;
        Assert.Contains("error[no-secure-connection]: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Manifest_ThatMayNotBeEdited_IsTold()
    {
        await File.WriteAllTextAsync(_project["mik.toml"], $"dependencies.\"user/other\" = \"1.0.0\"\n{Head}");

        var (exitCode, _, errors) = await MikCommand.RunAsync(_project, _registry, "add", "user/router:1.0.0");

        Assert.Equal(1, exitCode);
        Assert.Contains("error[config-not-editable]: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Manifest_ThatChangesMeanwhile_IsLeftAlone()
    {
        _project.Write();
        _registry.Intercept = async context =>
        {
            if (context.Request.Path.Value!.Contains("/manifests/", StringComparison.Ordinal))
            {
                await File.WriteAllTextAsync(_project["mik.toml"], Head + "# by another hand\n");
            }

            return false;
        };

        var (exitCode, _, errors) = await MikCommand.RunAsync(_project, _registry, "add", "user/router:1.0.0");

        Assert.Equal(1, exitCode);
        Assert.Contains("error[config-changed]: ", errors, StringComparison.Ordinal);
        Assert.Equal(Head + "# by another hand\n", await File.ReadAllTextAsync(_project["mik.toml"]));
    }

    [Theory]
    [InlineData("bridge-missing", "core-handler", "")]
    [InlineData("open-imports", "bridge", "")]
    public async Task Composition_ThatLacksSomething_IsTold(string code, string guest, string more)
    {
        if (OperatingSystem.IsWindows())
        {
            // The build's command is a Unix one.
            return;
        }

        await File.WriteAllBytesAsync(_project["built.wasm"], Guests.Read(guest));
        await File.WriteAllTextAsync(_project["mik.toml"], $"{Head}[build]\ncommand = \"true\"\noutput = \"built.wasm\"\n{more}");

        var (exitCode, _, errors) = await MikCommand.RunAsync(_project, _registry, "build", "-c");

        Assert.Equal(1, exitCode);
        Assert.Contains($"error[{code}]: ", errors, StringComparison.Ordinal);
    }

    private static async Task AnswerPlainlyAsync(System.Net.Sockets.TcpListener listener, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(stop);
                await using var stream = client.GetStream();
                await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"u8.ToArray(), stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The test has seen enough.
        }
    }
}
