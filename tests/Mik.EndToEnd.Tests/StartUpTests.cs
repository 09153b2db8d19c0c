using System.Net;
using System.Net.Sockets;
using Mik.Testing;

namespace Mik.EndToEnd.Tests;

/// <summary>What <c>mik</c> says when it is called, and when it cannot do what it was asked.</summary>
public sealed class StartUpTests
{
    [Fact]
    public async Task Version_IsPrinted()
    {
        var (exitCode, output, _) = await MikProcess.RunAsync("--version");

        Assert.Equal(0, exitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+\s*$", output);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("run --help")]
    public async Task Help_HasExamples(string arguments)
    {
        var (exitCode, output, _) = await MikProcess.RunAsync(arguments.Split(' '));

        Assert.Equal(0, exitCode);
        Assert.Contains("Examples:", output, StringComparison.Ordinal);
        Assert.Contains("mik run hello.wasm", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frobnicate", "there is no command 'frobnicate'")]
    [InlineData("run --port 70000 x.wasm", "--port must be")]
    [InlineData("run --port", "--port")]
    [InlineData("run --timeout 0 x.wasm", "--timeout must be")]
    [InlineData("run --memory-limit lots x.wasm", "--memory-limit must be")]
    [InlineData("run --no-such-flag x.wasm", "--no-such-flag")]
    public async Task Usage_Wrong_IsExitCode2(string arguments, string message)
    {
        var (exitCode, output, errors) = await MikProcess.RunAsync(arguments.Split(' '));

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.Contains("--help", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bad/core-module", "core module")]
    [InlineData("bad/no-handler", "wasi:http/incoming-handler")]
    [InlineData("bad/missing-export", "")]
    [InlineData("bad/invalid-code", "invalid")]
    [InlineData("bad/unknown-import", "acme:foo/bar")]
    [InlineData("bad/unknown-function", "wasi:")]
    [InlineData("bad/wrong-type", "wasi:")]
    [InlineData("bad/wrong-version", "0.3.0")]
    public async Task Run_FaultyComponent_SaysWhatIsWrong(string guest, string reason)
    {
        var (exitCode, output, errors) = await MikProcess.RunAsync("run", MikProcess.Guest(guest), "--port", "0");

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Contains("]: cannot serve", errors, StringComparison.Ordinal);
        Assert.Contains("because:", errors, StringComparison.Ordinal);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(100)]
    [InlineData(5000)]
    public async Task Run_TruncatedFile_SaysSo(int length)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("mik-test").FullName, "cut.wasm");
        await File.WriteAllBytesAsync(path, File.ReadAllBytes(MikProcess.Guest("hello"))[..length]);

        var (exitCode, _, errors) = await MikProcess.RunAsync("run", path, "--port", "0");

        Assert.Equal(1, exitCode);
        Assert.Contains("cut.wasm", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public async Task Run_SeveralThingsWrong_ReportsAll()
    {
        var (exitCode, _, errors) = await MikProcess.RunAsync(
            "run", "missing.wasm", MikProcess.Guest("hello"), RepositoryRoot.Combine("samples", "hello"), "other.wasm");

        Assert.Equal(1, exitCode);
        Assert.Contains("missing.wasm", errors, StringComparison.Ordinal);
        Assert.Contains("other.wasm", errors, StringComparison.Ordinal);
        Assert.Contains("two components would both be /run/hello/", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PortInUse_SaysSo()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var (exitCode, _, errors) = await MikProcess.RunAsync(["run", MikProcess.Guest("hello")], ("PORT", $"{port}"));

        Assert.Equal(1, exitCode);
        Assert.Contains($"port {port}", errors, StringComparison.Ordinal);
        Assert.Contains("in use", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PortOfTheEnvironment_MustBeANumber()
    {
        var (exitCode, _, errors) = await MikProcess.RunAsync(["run", MikProcess.Guest("hello")], ("PORT", "http"));

        Assert.Equal(2, exitCode);
        Assert.Contains("PORT is 'http'", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ProjectFolderAndHostName_ServesItsModules()
    {
        await using var mik = await MikProcess.ServePathsAsync([RepositoryRoot.Combine("samples", "hello")], "--host", "localhost");
        using var client = mik.NewClient();

        Assert.Equal("Hello from mik!\n", await client.TextAsync("/run/hello/"));
        await mik.WroteAsync("/run/hello/");
        await mik.WroteAsync("/health");
    }

    [Fact]
    public async Task Run_ComposedFile_IsNamedWithoutTheSuffix()
    {
        var folder = Directory.CreateTempSubdirectory("mik-test").FullName;
        var path = Path.Combine(folder, "api-composed.wasm");
        File.Copy(MikProcess.Guest("hello"), path);
        await using var mik = await MikProcess.ServePathsAsync([path], "--host", "::1");
        using var client = mik.NewClient();

        Assert.Equal("Hello from mik!\n", await client.TextAsync("/run/api/"));
        Directory.Delete(folder, recursive: true);
    }
}
