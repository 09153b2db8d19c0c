using System.Net;
using System.Net.Sockets;

namespace Mik.EndToEnd.Tests;

/// <summary><c>mik run</c> on projects: what mik.toml says holds, and what is wrong with it is told.</summary>
public sealed class ProjectTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mik-project-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_Project_UsesItsSettings()
    {
        Write("mik.toml", """
            [project]
            name = "api"
            [server]
            port = 0
            host = "localhost"
            modules = "components"
            max_body_size_mb = 1
            [env]
            GREETING = "from the file"
            """);
        Copy("echo", "components/echo.wasm");

        await using var mik = await MikProcess.ServeAsAsync([_folder]);
        using var client = mik.NewClient();

        Assert.Equal("localhost", mik.Address.Host is "localhost" or "127.0.0.1" or "[::1]" ? "localhost" : mik.Address.Host);
        using var small = await client.PostAsync("/run/echo/", new ByteArrayContent(new byte[1 << 20]));
        using var large = await client.PostAsync("/run/echo/", new ByteArrayContent(new byte[(1 << 20) + 1]));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.RequestEntityTooLarge), (small.StatusCode, large.StatusCode));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("dev")]
    [InlineData("test")]
    [InlineData("doctor")]
    public async Task Folder_ThatIsNotThere_IsAnErrorWithTheNearest(string command)
    {
        Write("mik.toml", "[project]\nname = \"api\"\n[server]\nscripts = \"scirpts/\"\n");
        Write("scripts/s.js", "export default () => 1;");

        var (exitCode, output, errors) = await MikProcess.RunInAsync(_folder, [command]);

        Assert.Equal(1, exitCode);
        Assert.Contains(
            "mik.toml:4:11: server.scripts must be a folder, and \"scirpts/\" is not there; did you mean \"scripts/\"?", output + errors,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FromAFolderBelow_FindsTheProject()
    {
        Write("mik.toml", "[project]\nname = \"api\"\n");
        Copy("hello", "modules/hello.wasm");
        var below = Directory.CreateDirectory(Path.Combine(_folder, "src", "deep")).FullName;

        await using var mik = await MikProcess.ServeAsAsync(["--port", "0"], below);
        using var client = mik.NewClient();

        Assert.Equal("Hello from mik!\n", await client.TextAsync("/run/hello/"));
    }

    [Fact]
    public async Task Run_Config_NamesTheFile()
    {
        Write("a/other.toml", "[project]\nname = \"api\"\n[server]\nport = 0\n");
        Copy("hello", "a/modules/hello.wasm");

        await using var mik = await MikProcess.ServeAsAsync(["--config", Path.Combine(_folder, "a", "other.toml")], _folder);
        using var client = mik.NewClient();

        Assert.Equal("Hello from mik!\n", await client.TextAsync("/run/hello/"));
    }

    [Theory]
    [InlineData(false, false, 0)]
    [InlineData(true, false, 1)]
    [InlineData(true, true, 2)]
    public async Task Run_Port_IsOfFlagThenEnvironmentThenFile(bool hasVariable, bool hasFlag, int tried)
    {
        // All are taken: the error says which one was tried.
        using var file = Taken(out var filePort);
        using var variable = Taken(out var variablePort);
        using var flag = Taken(out var flagPort);
        Write("mik.toml", $"[project]\nname = \"api\"\n[server]\nport = {filePort}\n");
        Copy("hello", "modules/hello.wasm");

        var (exitCode, _, errors) = await MikProcess.RunAsync(
            hasFlag ? ["run", _folder, "--port", $"{flagPort}"] : ["run", _folder],
            hasVariable ? [("PORT", $"{variablePort}")] : []);

        Assert.Equal(1, exitCode);
        Assert.Contains($"port {new[] { filePort, variablePort, flagPort }[tried]} of", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BuiltAndNotInstalled_ServesWhatWasBuilt()
    {
        Write("mik.toml", "[project]\nname = \"api\"\n[server]\nport = 0\n");
        Copy("echo", "dist/api.wasm");
        Copy("hello", "dist/api-composed.wasm");
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "dist", "api.wasm"), DateTime.UtcNow.AddHours(-1));
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "dist", "api-composed.wasm"), DateTime.UtcNow);

        await using var mik = await MikProcess.ServeAsAsync([_folder]);
        using var client = mik.NewClient();

        Assert.Equal("Hello from mik!\n", await client.TextAsync("/run/api/"));
    }

    [Fact]
    public async Task Run_WrongFile_TellsAllWithTheirLines()
    {
        Write("mik.toml", "[project]\nname = 7\n[server]\nport = \"x\"\nprot = 1\nhttp_allowed = [\"http://\"]\n");

        var (exitCode, output, errors) = await MikProcess.RunAsync("run", _folder);

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Contains("mik.toml:2:8: project.name must be", errors, StringComparison.Ordinal);
        Assert.Contains("mik.toml:4:8: server.port must be a whole number from 0 to 65535, not \"x\"", errors, StringComparison.Ordinal);
        Assert.Contains("  4 | port = \"x\"\n    |        ^^^\n", errors, StringComparison.Ordinal);
        Assert.Contains("warning[config-unknown-key]: ", errors, StringComparison.Ordinal);
        Assert.Contains("mik.toml:5:1: there is no key 'prot' in [server]; did you mean 'port'?", errors, StringComparison.Ordinal);
        Assert.Contains("mik.toml:6:17: server.http_allowed: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NothingToServe_SaysWhatToDo()
    {
        Write("mik.toml", "[project]\nname = \"api\"\n");

        var (exitCode, _, errors) = await MikProcess.RunAsync("run", _folder);

        Assert.Equal(1, exitCode);
        Assert.Contains("none was built", errors, StringComparison.Ordinal);
        Assert.Contains("mik build", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MIK_HOT_RELOAD", "yes")]
    [InlineData("PORT", "-1")]
    public async Task Run_WrongVariable_IsExitCode2(string variable, string value)
    {
        var (exitCode, _, errors) = await MikProcess.RunAsync(["run", MikProcess.Guest("hello")], (variable, value));

        Assert.Equal(2, exitCode);
        Assert.Contains($"{variable} is '{value}'", errors, StringComparison.Ordinal);
    }

    private static TcpListener Taken(out int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private void Copy(string guest, string name)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy(MikProcess.Guest(guest), path);
    }
}
