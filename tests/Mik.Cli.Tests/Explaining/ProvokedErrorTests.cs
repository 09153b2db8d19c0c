using Mik.Testing;

namespace Mik.Cli.Tests.Explaining;

/// <summary>
/// Errors of the command line, of mik.toml and of builds, made on purpose: each shows its code. Those that a server must start for are in the end-to-end
/// tests.
/// </summary>
public sealed class ProvokedErrorTests : IDisposable
{
    private const string Project = "[project]\nname = \"demo\"\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("mik-errors-").FullName;

    public static TheoryData<string, string[]> CommandLines => new()
    {
        { "unknown-command", ["biuld"] },
        { "unknown-option", ["build", "--relase"] },
        { "invalid-option", ["run", "--port", "many"] },
        { "unknown-code", ["explain", "no-such-code"] },
        { "file-not-found", ["run", "no-such-file.wasm"] },
        { "file-unreadable", ["inspect", "FOLDER"] },
        { "folder-not-empty", ["new", "FOLDER/full"] },
        { "invalid-project-name", ["new", "1st"] },
        { "unknown-template", ["new", "FOLDER/other", "--lang", "c", "--template", "scripts"] },
        { "no-tests", ["test", "--config", "FOLDER/mik.toml"] },
        { "nothing-to-publish", ["publish", "user/repo:1.0.0", "--config", "FOLDER/mik.toml"] },
        { "reference-invalid", ["run", "oci://Not A Reference"] },
        { "no-project", ["run", "FOLDER/full"] },
        { "nothing-to-serve", ["run", "--config", "FOLDER/mik.toml"] },
        { "invalid-module-name", ["run", "FOLDER/full/a b.wasm"] },
        { "duplicate-module-name", ["run", "GUESTS/hello/hello.wasm", "FOLDER/full/hello.wasm"] },
        { "no-toolchain", ["build", "--config", "FOLDER/mik.toml"] },
        { "file-unwritable", ["new", "FOLDER/mik.toml/below"] },
        { "composition-failed", ["compose", "GUESTS/hello/hello.wasm", "--plug", "GUESTS/parts/base.wasm", "-o", "FOLDER/out.wasm"] },
    };

    public static TheoryData<string, string, string> Projects => new()
    {
        { "config-syntax", "[project\n", "build" },
        { "config-value", Project + "[server]\nport = \"8080\"\n", "build" },
        { "config-missing-key", "[project]\n", "build" },
        { "config-unknown-key", Project + "[server]\nprot = 8080\n", "build" },
        { "config-unknown-module", Project + "[modules.ap]\nreuse_instances = 2\n", "run" },
        { "config-no-effect", Project + "[modules.demo]\nreuse_concurrency = 2\n", "run" },
        { "config-folder", Project + "[server]\nscripts = \"scirpts/\"\n", "run" },
        { "config-dependency", Project + "[dependencies]\nrouter = 1\n", "build" },
        { "build-failed", Project + "[build]\ncommand = \"exit 3\"\n", "build" },
        { "build-no-output", Project + "[build]\ncommand = \"exit 0\"\n", "build" },
        { "dependency-not-installed", Project + "[dependencies]\n\"user/router\" = \"1.0.0\"\n", "run" },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(CommandLines))]
    public async Task CommandLine_ThatCannotBeDone_TellsItsCode(string code, string[] arguments)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "full"));
        File.WriteAllText(Path.Combine(_folder, "mik.toml"), Project);
        File.Copy(RepositoryRoot.Combine("guests", "hello", "hello.wasm"), Path.Combine(_folder, "full", "hello.wasm"));
        File.Copy(RepositoryRoot.Combine("guests", "hello", "hello.wasm"), Path.Combine(_folder, "full", "a b.wasm"));

        var run = await CommandRun.OfAsync(
            [.. arguments.Select(word => word.Replace("FOLDER", _folder, StringComparison.Ordinal)
                .Replace("GUESTS", RepositoryRoot.Combine("guests"), StringComparison.Ordinal))]);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains($"[{code}]: ", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public async Task Project_WithAMistake_TellsItsCode(string code, string toml, string verb)
    {
        File.WriteAllText(Path.Combine(_folder, "mik.toml"), toml);

        var run = await CommandRun.OfAsync(verb, "--config", Path.Combine(_folder, "mik.toml"));

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains($"[{code}]: ", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("biuld", "did you mean 'build'?")]
    [InlineData("serve", "did you mean 'run'?")]
    [InlineData("install", "did you mean 'sync'?")]
    [InlineData("--verson", "did you mean '--version'?")]
    public async Task MisspeltWord_GetsTheNearest(string word, string told)
    {
        Assert.Contains(told, (await CommandRun.OfAsync(word)).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new api --lang javascript", "'javascript' is none of c, csharp, js, python, rust, ts\n  because: did you mean 'js'?")]
    [InlineData("new api --template prxy", "did you mean 'proxy'?")]
    [InlineData("deploy k8s", "there is no command 'k8s'\n  because: did you mean 'kubernetes'?")]
    [InlineData("cache lst", "did you mean 'list'?")]
    [InlineData("run oci://user/router@1.0.0", "a version is written oci://user/router:1.0.0")]
    public async Task MisspeltValue_GetsTheNearest(string words, string told)
    {
        Assert.Contains(told, (await CommandRun.OfAsync(words.Split(' '))).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MisspeltOption_GetsTheNearest()
    {
        Assert.Contains("did you mean '--http-allowed'?", (await CommandRun.OfAsync("run", "--http-alowed", "x.example")).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("export default { fetch() { return new Response('hi'); } };", "JavaScript")]
    [InlineData("<!DOCTYPE html><html></html>", "a web page")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "git lfs pull")]
    public async Task FileThatIsNoComponent_IsNamedAsWhatItIs(string text, string told)
    {
        var file = Path.Combine(_folder, "thing.wasm");
        File.WriteAllText(file, text);

        Assert.Contains(told, (await CommandRun.OfAsync("inspect", file)).Errors, StringComparison.Ordinal);
    }
}
