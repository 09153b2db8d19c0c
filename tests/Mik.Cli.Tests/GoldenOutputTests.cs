using System.Text;
using System.Text.RegularExpressions;
using Mik.Testing;

namespace Mik.Cli.Tests;

/// <summary>What commands print, as it is kept in <c>tests/golden</c>.</summary>
public sealed partial class GoldenOutputTests
{
    private static readonly string[] Names =
    [
        "new", "init", "build", "run", "dev", "test", "types", "compose", "inspect", "add", "remove", "sync", "update", "outdated", "publish", "deploy",
        "cache", "doctor", "explain",
        "completions", "help", "version",
    ];

    public static TheoryData<string> Verbs => new(Names);

    public static TheoryData<string, string[]> Mistakes => new()
    {
        { "no-such-command", ["serve"] },
        { "no-such-option", ["run", "--prot", "80"] },
        { "no-such-file", ["run", "no-such-file.wasm"] },
        { "port-out-of-range", ["run", "--port", "70000"] },
        { "timeout-of-zero", ["run", "--timeout", "0"] },
        { "timeout-of-words", ["run", "--timeout", "soon"] },
        { "bad-collector", ["run", "--otlp-endpoint", "localhost"] },
        { "bad-proxy", ["run", "guests/hello/hello.wasm", "--trusted-proxies", "nearby"] },
        { "bad-host", ["run", "guests/hello/hello.wasm", "--http-allowed", "http://"] },
        { "bad-variable", ["run", "guests/hello/hello.wasm", "--env", "NAME"] },
        { "no-component", ["run", "README.md"] },
        { "near-file", ["run", "guests/hello/helo.wasm"] },
        { "web-address", ["run", "https://example.com/hello.wasm"] },
        { "empty-host", ["run", "guests/hello/hello.wasm", "--host", ""] },
        { "empty-name", ["new", ""] },
        { "empty-file", ["inspect", ""] },
        { "empty-plug", ["compose", "guests/hello/hello.wasm", "--plug", "", "-o", "guests/hello/none.wasm"] },
        { "deploy-alone", ["deploy"] },
        { "cache-alone", ["cache"] },
        { "inspect-nothing", ["inspect", "no-such-file.wasm"] },
    };

    [Fact]
    public async Task Help_OfMik_IsTheKnownText() => await IsKnownAsync("help/mik.txt", "--help");

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Help_OfAVerb_IsTheKnownText(string verb) => await IsKnownAsync($"help/{verb}.txt", verb, "--help");

    [Fact]
    public async Task Help_OfMik_NamesTheVerbsThatAreTestedHere()
    {
        var help = await CommandRun.OfAsync("--help");

        var named = help.Output.Split("Commands:\n")[1].Split("\n\n")[0].Split('\n').Select(line => line.Trim().Split(' ')[0]);
        Assert.Equal(Names, named);
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Mistakes_OnTheCommandLine_AreToldInTheKnownWords(string name, string[] arguments)
    {
        var absolute = arguments.Select(
            word => word.Contains('/', StringComparison.Ordinal) && !word.StartsWith("http", StringComparison.Ordinal) || word == "README.md"
                ? RepositoryRoot.Combine(word) : word);
        var run = await CommandRun.OfAsync([.. absolute]);

        Assert.NotEqual(0, run.ExitCode);
        var told = $"mik {string.Join(' ', arguments)}\nexit code "
            + $"{run.ExitCode}\n{run.Output}{run.Errors.Replace(RepositoryRoot.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)}";
        Assert.Equal(Golden.Read($"mistakes/{name}.txt", told), told);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("versions")]
    [InlineData("core-handler")]
    [InlineData("outgoing")]
    public async Task Inspect_Guest_PrintsTheKnownWorldAndWit(string guest)
    {
        var file = RepositoryRoot.Combine("guests", guest, guest + ".wasm");
        var text = new StringBuilder();
        foreach (var flags in (string[][])[[], ["--wit"]])
        {
            var run = await CommandRun.OfAsync(["inspect", file, .. flags]);
            Assert.Equal((0, ""), (run.ExitCode, run.Errors));
            text.Append(run.Output);
        }

        // Guests are built anew now and then; their size is no promise.
        var printed = Size().Replace(text.ToString(), ": N bytes");
        Assert.Equal(Golden.Read($"wit/{guest}.txt", printed), printed);
    }

    private static async Task IsKnownAsync(string path, params string[] arguments)
    {
        var run = await CommandRun.OfAsync(arguments);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal(Golden.Read(path, run.Output), run.Output);
    }

    [GeneratedRegex(": [0-9,]+ bytes", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Size();
}
