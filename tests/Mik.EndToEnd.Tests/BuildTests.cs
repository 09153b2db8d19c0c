using System.Text.Json;
using Mik.Testing;

namespace Mik.EndToEnd.Tests;

/// <summary><c>mik new</c>, <c>mik build</c>, and what they give served.</summary>
public sealed class BuildTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mik-build-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [CFact]
    public async Task New_InC_IsBuiltAndServed()
    {
        await NewAndBuildAsync("c-api", "c");

        await using var mik = await MikProcess.ServeAsAsync(["--port", "0"], Path.Combine(_folder, "c-api"));
        using var client = mik.NewClient();
        Assert.Equal("Hello from c-api!\n", await client.TextAsync("/run/c-api/"));
        Assert.True(new FileInfo(Path.Combine(_folder, "c-api", "dist", "c-api.wasm")).Length < 10_000);
    }

    [Theory]
    [InlineData("c", "handler.c")]
    [InlineData("csharp", "Handler.cs")]
    [InlineData("js", "src/index.js")]
    [InlineData("python", "app.py")]
    [InlineData("rust", "Cargo.toml")]
    [InlineData("ts", "src/index.ts")]
    public async Task New_EveryLanguage_WritesItsFilesWithTheName(string language, string file)
    {
        var (exitCode, output, errors) = await InFolderAsync(_folder, "new", "api", "--lang", language);

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("mik build", output, StringComparison.Ordinal);
        var project = Path.Combine(_folder, "api");
        Assert.True(File.Exists(Path.Combine(project, file)));
        Assert.Contains("name = \"api\"", File.ReadAllText(Path.Combine(project, "mik.toml")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(project, ".gitignore")));
        Assert.All(
            Directory.GetFiles(project, "*", SearchOption.AllDirectories),
            path => Assert.DoesNotContain("{{", File.ReadAllText(path).Replace("f\"", "", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("new", 2, "Required argument")]
    [InlineData("new a --lang cobol", 2, "cobol")]
    [InlineData("new 1st", 2, "cannot be the name of a project")]
    [InlineData("new con", 2, "it is the name of a device")]
    [InlineData("new a --lang c --template api", 2, "it has hello")]
    [InlineData("new full", 1, "is there already and not empty")]
    public async Task New_Wrong_SaysWhy(string words, int code, string message)
    {
        Write("full/file.txt", "x");

        var (exitCode, _, errors) = await InFolderAsync(_folder, words.Split(' '));

        Assert.Equal(code, exitCode);
        Assert.Contains(message, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_Compose_PlugsTheHandlerIntoTheBridge()
    {
        Write(
            "mik.toml",
            "[project]\nname = \"api\"\n[composition]\nhttp_handler = true\nbridge = \"bridge.wasm\"\n[build]\ncommand = \"cp handler.wasm "
                + "built.wasm\"\noutput = \"built.wasm\"\n");
        Copy("bridge", "bridge.wasm");
        Copy("core-handler", "handler.wasm");

        var (exitCode, output, errors) = await InFolderAsync(_folder, "build", "-c", "--json");

        Assert.True(exitCode == 0, errors);
        var result = JsonDocument.Parse(output).RootElement;
        Assert.EndsWith("api-composed.wasm", result.GetProperty("composed").GetString(), StringComparison.Ordinal);
        await using var mik = await MikProcess.ServeAsAsync(["--port", "0"], _folder);
        using var client = mik.NewClient();
        using var answer = JsonDocument.Parse(await client.TextAsync("/run/api/x?y=1"));
        Assert.Equal("/x?y=1", answer.RootElement.GetProperty("path").GetString());
        await mik.WroteAsync("api-composed.wasm");
    }

    [Theory]
    [InlineData("", "none of Cargo.toml, package.json", "[build] command")]
    [InlineData("[build]\ncommand = \"exit 3\"\n", "it ended with 3", "")]
    [InlineData("[build]\ncommand = \"true\"\n", "the build gave no component", "[build] output")]
    [InlineData("[build]\ncommand = \"true\"\noutput = \"core.wasm\"\n", "is a core module, not a component", "wasm-tools component new")]
    [InlineData("[build]\ncommand = \"true\"\noutput = \"silent.wasm\"\n", "handles no requests", "wasi:http/incoming-handler")]
    [InlineData("[build]\ncommand = \"true\"\noutput = \"cut.wasm\"\n", "is no valid component", "")]
    [InlineData("[build]\ncommand = \"true\"\noutput = \"missing.wasm\"\n", "it wrote no missing.wasm", "correct [build] output")]
    public async Task Build_ThatFails_SaysWhyAndWhatToDo(string section, string why, string next)
    {
        Write("mik.toml", "[project]\nname = \"api\"\n" + section);
        Copy("bad/core-module", "core.wasm");
        Copy("bad/no-handler", "silent.wasm");
        File.WriteAllBytes(Path.Combine(_folder, "cut.wasm"), File.ReadAllBytes(MikProcess.Guest("hello"))[..999]);

        var (exitCode, _, errors) = await InFolderAsync(_folder, "build");

        Assert.Equal(1, exitCode);
        Assert.Contains(why, errors, StringComparison.Ordinal);
        Assert.Contains(next, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "dist", "api.wasm")));
    }

    [Fact]
    public async Task Build_MissingTool_SaysHowToGetIt()
    {
        Write("mik.toml", "[project]\nname = \"api\"\n");
        Write("pyproject.toml", "");

        var (exitCode, _, errors) = await MikProcess.RunAsync(["build", "--config", Path.Combine(_folder, "mik.toml")], ("PATH", _folder));

        Assert.Equal(1, exitCode);
        Assert.Contains("'componentize-py' is not installed", errors, StringComparison.Ordinal);
        Assert.Contains("try: pip install componentize-py", errors, StringComparison.Ordinal);
    }

    private async Task NewAndBuildAsync(string name, string language)
    {
        Assert.Equal(0, (await InFolderAsync(_folder, "new", name, "--lang", language)).ExitCode);
        var (exitCode, output, errors) = await InFolderAsync(Path.Combine(_folder, name), "build");
        Assert.True(exitCode == 0, errors);
        Assert.Contains($"Built {Path.Combine("dist", name)}.wasm", output, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output, string Errors)> InFolderAsync(string folder, params string[] words) =>
        MikProcess.RunInAsync(folder, words);

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private void Copy(string guest, string name) =>
        File.Copy(RepositoryRoot.Combine("guests", guest.Contains('/') ? $"{guest}.wasm" : $"{guest}/{guest}.wasm"), Path.Combine(_folder, name));
}
