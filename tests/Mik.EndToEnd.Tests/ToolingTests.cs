using System.Text.Json;
using Mik.Testing;

namespace Mik.EndToEnd.Tests;

/// <summary><c>mik doctor</c>, <c>mik completions</c>, <c>mik dev</c>, and the help of all verbs.</summary>
public sealed class ToolingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mik-tooling-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("new")]
    [InlineData("build")]
    [InlineData("run")]
    [InlineData("dev")]
    [InlineData("test")]
    [InlineData("types")]
    [InlineData("add")]
    [InlineData("remove")]
    [InlineData("sync")]
    [InlineData("update")]
    [InlineData("outdated")]
    [InlineData("publish")]
    [InlineData("deploy")]
    [InlineData("cache")]
    [InlineData("compose")]
    [InlineData("inspect")]
    [InlineData("doctor")]
    [InlineData("completions")]
    public async Task Help_OfEveryVerb_HasExamples(string verb)
    {
        var (exitCode, output, errors) = await MikProcess.RunAsync(verb, "--help");

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("Examples:", output, StringComparison.Ordinal);
        Assert.Contains($"mik {verb}", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("doctor")]
    [InlineData("test")]
    [InlineData("outdated")]
    [InlineData("sync")]
    [InlineData("build")]
    [InlineData("cache list")]
    [InlineData("inspect hello.wasm")]
    public async Task Json_OfEveryCommand_HasNamesInSnakeCase(string command)
    {
        Write("mik.toml", "[project]\nname = \"api\"\n[server]\nport = 0\n[build]\ncommand = \"true\"\noutput = \"hello.wasm\"\n");
        Directory.CreateDirectory(Path.Combine(_folder, "scripts"));
        Write("scripts/a.test.js", "import { test } from 'mik-sdk/testing'; test('a', () => { throw new Error('b'); });");
        File.Copy(MikProcess.Guest("hello"), Path.Combine(_folder, "hello.wasm"));

        var (_, output, errors) = await MikProcess.RunInAsync(_folder, [.. command.Split(' '), "--json"], ("MIK_HOME", Path.Combine(_folder, "home")));

        Assert.True(output.Length > 0, errors);
        JsonNames.AssertSnakeCase(JsonDocument.Parse(output).RootElement);
    }

    [Fact]
    public async Task Doctor_HealthyProject_IsFine()
    {
        Write("mik.toml", "[project]\nname = \"api\"\n[server]\nport = 0\n");

        var (exitCode, output, _) = await MikProcess.RunInAsync(_folder, ["doctor", "--json"], ("MIK_HOME", Path.Combine(_folder, "home")));

        Assert.Equal(0, exitCode);
        var findings = JsonDocument.Parse(output).RootElement.EnumerateArray().ToArray();
        Assert.Contains(findings, finding => finding.GetProperty("what").GetString() == "project" && finding.GetProperty("health").GetString() == "fine");
        Assert.True(findings.Length >= 25, $"{findings.Length} checks");
        Assert.Contains(findings, finding => finding.GetProperty("what").GetString() == "engine" && finding.GetProperty("health").GetString() == "fine");
    }

    [Fact]
    public async Task Doctor_Fix_MakesTheFolderThatIsMissing()
    {
        Write("mik.toml", "[project]\nname = \"api\"\n[server]\nport = 0\n");

        var (exitCode, _, errors) = await MikProcess.RunAsync(
            ["doctor", "--fix", "--config", Path.Combine(_folder, "mik.toml")], ("PATH", _folder), ("MIK_HOME", Path.Combine(_folder, "home")));

        Assert.Equal(0, exitCode);
        Assert.Contains("modules: made ", errors, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(_folder, "modules")));
    }

    [CFact]
    public async Task Build_OfASourceWithAnError_DoesNotBlameTheTools()
    {
        Write("mik.toml", "[project]\nname = \"api\"\n");
        Write("Makefile", "all:\n\tclang --target=wasm32-unknown-unknown -c bad.c\n");
        Write("bad.c", "int f( {\n");

        var (exitCode, _, errors) = await MikProcess.RunAsync("build", "--config", Path.Combine(_folder, "mik.toml"));

        Assert.Equal(1, exitCode);
        Assert.Contains("error[build-failed]: 'make' failed", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("apt-get", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_MissingToolAndFaults_SaysWhatToDo()
    {
        Write("mik.toml", "[project]\nname = \"api\"\n[server]\nprot = 1\n[modules.ap]\nreuse_instances = 2\n");
        Write("pyproject.toml", "");

        var (exitCode, output, _) = await MikProcess.RunAsync(
            ["doctor", "--config", Path.Combine(_folder, "mik.toml")], ("PATH", _folder), ("MIK_HOME", "/dev/null/x"));

        Assert.Equal(1, exitCode);
        Assert.Contains("✗ componentize-py", output, StringComparison.Ordinal);
        Assert.Contains("try: pip install componentize-py", output, StringComparison.Ordinal);
        Assert.Contains("did you mean 'port'?", output, StringComparison.Ordinal);
        Assert.Contains("mik.toml has settings for 'ap', and there is no such module", output, StringComparison.Ordinal);
        Assert.Contains("✗ cache", output, StringComparison.Ordinal);
    }

    [ToolFact("bash")]
    public async Task Completions_InBash_CompleteVerbsAndOptions()
    {
        var (exitCode, script, _) = await MikProcess.RunAsync("completions", "bash");
        Assert.Equal(0, exitCode);

        // As bash does it, for "mik ru" and "mik run --po".
        Write("complete.sh", script + "\n" + """
            COMP_LINE="mik ru" COMP_POINT=6 COMP_WORDS=(mik ru) COMP_CWORD=1; _mik; echo "${COMPREPLY[@]}"
            COMP_LINE="mik run --po" COMP_POINT=12 COMP_WORDS=(mik run --po) COMP_CWORD=2; _mik; echo "${COMPREPLY[@]}"
            """);
        using var bash = new System.Diagnostics.Process
        {
            StartInfo = new("bash", [Path.Combine(_folder, "complete.sh")]) { RedirectStandardOutput = true, UseShellExecute = false },
        };
        bash.StartInfo.Environment["PATH"] = AppContext.BaseDirectory + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        bash.Start();
        var output = await bash.StandardOutput.ReadToEndAsync();

        Assert.Equal("run\n--port\n", output);
    }

    [Theory]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("powershell")]
    [InlineData("pwsh")]
    public async Task Completions_OfOtherShells_ArePrinted(string shell) =>
        Assert.Contains("[suggest:", (await MikProcess.RunAsync("completions", shell)).Output, StringComparison.Ordinal);

    [Fact]
    public async Task Dev_ChangedSource_IsBuiltAndServed()
    {
        Write(
            "mik.toml",
            "[project]\nname = \"api\"\n[server]\nport = 0\nwatch_debounce_ms = 50\n[build]\ncommand = \"cp $(cat which.txt) dist/built.wasm\"\noutput "
                + "= \"dist/built.wasm\"\n");
        Write("which.txt", MikProcess.Guest("hello"));
        await using var mik = await MikProcess.StartAsync(["dev"], _folder);
        using var client = mik.NewClient();
        Assert.Equal("Hello from mik!\n", await client.TextAsync("/run/api/"));

        Write("which.txt", MikProcess.Guest("state"));

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await client.TextAsync("/run/api/") != "1\n")
        {
            await Task.Delay(50, limit.Token);
        }
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
