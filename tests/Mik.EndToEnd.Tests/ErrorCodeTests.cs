using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mik.Testing;

namespace Mik.EndToEnd.Tests;

/// <summary>Errors of a start, made on purpose, and those that depend on the environment: each shows its code.</summary>
public sealed class ErrorCodeTests : IDisposable
{
    private const string Project = "[project]\nname = \"demo\"\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("mik-codes-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("not-webassembly", "README.md")]
    [InlineData("core-module", "guests/bad/core-module.wasm")]
    [InlineData("component-invalid", "guests/bad/invalid-code.wasm")]
    [InlineData("unknown-imports", "guests/bad/unknown-import.wasm")]
    [InlineData("no-handler", "guests/bad/no-handler.wasm")]
    public async Task ComponentThatCannotBeServed_TellsItsCode(string code, string path)
    {
        var (exitCode, _, errors) = await MikProcess.RunAsync(["run", RepositoryRoot.Combine(path)]);

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"error[{code}]: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MiddlewareThatIsServedAlone_IsToldWhereItBelongs()
    {
        var (exitCode, _, errors) = await MikProcess.RunAsync(["run", RepositoryRoot.Combine("guests/p3/middleware.wasm")]);

        Assert.Equal(1, exitCode);
        Assert.StartsWith("error[unknown-imports]: ", errors, StringComparison.Ordinal);
        Assert.Contains("name it in [server] middleware", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BuildThatIsOlderThanItsSource_AndPortThatIsTaken_AreTold()
    {
        Write("mik.toml", Project);
        Write("src/main.c", "changed");
        Directory.CreateDirectory(Path.Combine(_folder, "dist"));
        File.Copy(MikProcess.Guest("hello"), Path.Combine(_folder, "dist", "demo.wasm"));
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "dist", "demo.wasm"), DateTime.UtcNow.AddHours(-1));
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var (exitCode, _, errors) = await MikProcess.RunAsync(
            ["run", _folder, "--port", ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)]);

        Assert.Equal(1, exitCode);
        Assert.Contains(
            $"warning[stale-build]: {Path.Combine("dist", "demo.wasm")} is older than {Path.Combine("src", "main.c")}", errors, StringComparison.Ordinal);
        Assert.Contains("error[address-unavailable]: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InstancesOfAModuleThatCannotShareThem_AreToldOf()
    {
        Write("mik.toml", Project + "[modules.old]\nreuse_instances = 4\n[modules.new]\nreuse_instances = 4\n");
        Directory.CreateDirectory(Path.Combine(_folder, "modules"));
        File.Copy(MikProcess.Guest("hello"), Path.Combine(_folder, "modules", "old.wasm"));
        File.Copy(MikProcess.Guest("p3/hello"), Path.Combine(_folder, "modules", "new.wasm"));
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var (_, _, errors) = await MikProcess.RunAsync(
            ["run", _folder, "--port", ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)]);

        Assert.Contains("warning[config-no-effect]: reuse_instances and reuse_concurrency of modules.old do nothing", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("modules.new", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("out")]
    [InlineData("server.err")]
    public async Task BuildThatIsOlderThanWhatAShellWrote_IsNotOld(string file)
    {
        Write("mik.toml", Project);
        Directory.CreateDirectory(Path.Combine(_folder, "dist"));
        File.Copy(MikProcess.Guest("hello"), Path.Combine(_folder, "dist", "demo.wasm"));
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "dist", "demo.wasm"), DateTime.UtcNow.AddHours(-1));
        Write(file, "what mik run said");
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var (_, _, errors) = await MikProcess.RunAsync(
            ["run", _folder, "--port", ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)]);

        Assert.DoesNotContain("stale-build", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_ThatIsNone_IsTold()
    {
        Write("mik.toml", Project + "[server]\nport = 0\nstatic = \"files/\"\ntls_certificate = \"mik.toml\"\n");
        Write("files/a.txt", "");

        Assert.Contains("error[certificate-unusable]: ", (await MikProcess.RunAsync(["run", _folder])).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Project_WhereFilesAreTaken_IsToldAndNothingIsWritten()
    {
        Write("mik.toml", Project);

        Assert.Contains("error[would-overwrite]: ", (await MikProcess.RunInAsync(_folder, ["init"])).Errors, StringComparison.Ordinal);
        Assert.Equal(["mik.toml"], Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Middleware_ThatIsNone_IsTold()
    {
        Write("mik.toml", Project + "[server]\nport = 0\nmiddleware = [\"hello\"]\n");
        Write("modules/echo.txt", "");
        File.Copy(MikProcess.Guest("hello"), Path.Combine(_folder, "modules", "hello.wasm"));
        File.Copy(MikProcess.Guest("echo"), Path.Combine(_folder, "modules", "echo.wasm"));

        Assert.Contains("error[not-middleware]: ", (await MikProcess.RunAsync(["run", _folder])).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Middleware_WhoseNameIsMisspelt_IsToldWithTheNearest()
    {
        Write("mik.toml", Project + "[server]\nport = 0\nmiddleware = [\"athu\"]\n");
        Write("modules/echo.txt", "");
        File.Copy(MikProcess.Guest("p3/middleware"), Path.Combine(_folder, "modules", "auth.wasm"));

        Assert.Contains("did you mean 'auth'?", (await MikProcess.RunAsync(["run", _folder])).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_WhoseNameIsMisspelt_IsToldWhenAFileIsNamed()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        Write("mik.toml", Project + "[modules.eco]\nmiddleware = [\"auth\"]\n");

        var (_, _, errors) = await MikProcess.RunInAsync(
            _folder, ["run", MikProcess.Guest("echo"), "--port", ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)]);
        Assert.Contains("warning[config-unknown-module]: ", errors, StringComparison.Ordinal);
        Assert.Contains("did you mean 'echo'?", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Middleware_WithAListOfItsOwn_IsToldThatItDoesNothing()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        Write("mik.toml", Project + "[server]\nmiddleware = [\"one\"]\n[modules.one]\nmiddleware = [\"other\"]\n");
        Write("modules/echo.txt", "");
        File.Copy(MikProcess.Guest("p3/middleware"), Path.Combine(_folder, "modules", "one.wasm"));
        File.Copy(MikProcess.Guest("p3/middleware"), Path.Combine(_folder, "modules", "other.wasm"));

        var (_, _, errors) = await MikProcess.RunAsync(
            ["run", _folder, "--port", ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)]);
        Assert.Contains("warning[config-no-effect]: modules.one.middleware does nothing", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Module_ThatTakesTooLongToLoad_IsTold()
    {
        Write("mik.toml", Project + "[server]\nport = 0\nload_timeout_secs = 0.001\n");

        Assert.Contains(
            "error[load-timeout]: ", (await MikProcess.RunInAsync(_folder, ["run", MikProcess.Guest("rust")], ("MIK_CODE_CACHE", "off"))).Errors,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("invalid-variable", "PORT", "many", "run", "README.md")]
    [InlineData("tool-missing", "PATH", "/nowhere", "build")]
    [InlineData("native-compiler-missing", "MIK_CROSSGEN", "/no/such/compiler", "cache", "precompile", "guests/rust/rust.wasm")]
    [InlineData("native-compiler-failed", "MIK_CROSSGEN", "/bin/false", "cache", "precompile", "guests/rust/rust.wasm")]
    public async Task Environment_ThatIsWrong_IsTold(string code, string variable, string value, params string[] arguments)
    {
        Write("mik.toml", Project);
        Write("Makefile", "all:\n");
        string[] config = arguments[0] == "build" ? ["--config", Path.Combine(_folder, "mik.toml")] : [];

        var (exitCode, _, errors) = await MikProcess.RunAsync(
            [.. arguments.Select(word => word.Contains('.', StringComparison.Ordinal) ? RepositoryRoot.Combine(word) : word), .. config], (variable, value),
            ("MIK_HOME", Path.Combine(_folder, "home")));

        Assert.NotEqual(0, exitCode);
        Assert.Contains($"error[{code}]: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CacheThatCannotBeCleaned_IsTold()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs files that not even root may remove");
        var home = Directory.CreateDirectory(Path.Combine(_folder, "home")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(home, "blobs"), "/proc/sys/kernel/random");

        var (exitCode, _, errors) = await MikProcess.RunAsync(["cache", "clean"], ("MIK_HOME", home));

        Assert.Equal(1, exitCode);
        Assert.StartsWith("error[cache-unusable]: ", errors, StringComparison.Ordinal);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
