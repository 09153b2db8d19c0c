using System.Runtime.CompilerServices;
using Mik.Components.Metadata;
using Mik.Components.Printing;
using Mik.Packages.Tests.Install;
using Mik.Testing;

namespace Mik.Packages.Tests.Commands;

/// <summary>What <c>mik build</c> takes for what was built, and what <c>-c</c> makes of a project with dependencies.</summary>
public sealed class BuildCommandTests : IDisposable
{
    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [UnixFact]
    public async Task Build_UpToDate_IsNotMisledByOtherFiles()
    {
        Write("core-handler", "[composition]\nhttp_handler = true\nbridge = \"bridge.wasm\"");
        Script("[ -f build/app.wasm ] || { mkdir -p build; cp src.bin build/app.wasm; }");
        await BuildAsync();

        // Newer than what was built, in every folder that is looked into.
        foreach (var path in (string[])["bridge.wasm", "other.wasm", "build/other.wasm", "out/other.wasm", "dist/other.wasm"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_project[path])!);
            await File.WriteAllBytesAsync(_project[path], Guests.Read("bridge"));
        }

        await BuildAsync("-c");

        Assert.Equal(Guests.Read("core-handler"), await File.ReadAllBytesAsync(_project["dist", "app.wasm"]));
        Assert.True(File.Exists(_project["dist", "app-composed.wasm"]));
    }

    [UnixTheory]
    [InlineData("bridge = \"out/input.wasm\"", "")]
    [InlineData("", "x = { path = \"out/input.wasm\" }")]
    [InlineData("", "x = { path = \"out\" }")]
    public async Task Build_WritesAnInput_IsNotTaken(string composition, string dependency)
    {
        Write("core-handler", $"[composition]\n{composition}\n[dependencies]\n{dependency}");
        Directory.CreateDirectory(_project["out"]);
        Script("cp src.bin out/input.wasm");

        var errors = await FailAsync();

        Assert.Contains("the build gave no component", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_project["dist", "app.wasm"]));
    }

    [UnixTheory]
    [InlineData("[server]\nmodules = \"dist/\"", "dist")]
    [InlineData("[server]\nmodules = \".\"", "build")]
    [InlineData("[dependencies]\nx = { path = \"..\" }", "build")]
    public async Task Build_IntoAFolderOfModulesOrOfADependency_IsTaken(string rest, string folder)
    {
        Write("core-handler", rest);
        Script($"mkdir -p {folder}; cp src.bin {folder}/app.wasm");

        await BuildAsync();

        Assert.Equal(Guests.Read("core-handler"), await File.ReadAllBytesAsync(_project["dist", "app.wasm"]));
    }

    [UnixFact]
    public async Task Build_WritesSeveral_TakesTheProjectsOwnOrSaysSo()
    {
        Write("core-handler", "");
        Script("mkdir -p build; cp src.bin build/App.wasm; cp src.bin build/zzz.wasm");
        await BuildAsync();
        Script("rm -r build; mkdir -p build; cp src.bin build/one.wasm; cp src.bin build/two.wasm");

        var errors = await FailAsync();

        Assert.Contains("it is not clear which component the build gave", errors, StringComparison.Ordinal);
        Assert.Contains("build/one.wasm", errors, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Build_WritesAnotherThanTheLastTime_SaysSo()
    {
        Write("core-handler", "");
        Script("mkdir -p build; cp src.bin build/one.wasm");
        await BuildAsync();
        Script("cp src.bin build/two.wasm");

        Assert.Contains("build/one.wasm", await FailAsync(), StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Build_UpToDateBeforeTheFirstTime_TakesTheOneInItsFolder()
    {
        Write("core-handler", "");
        Directory.CreateDirectory(_project["build"]);
        File.Copy(_project["src.bin"], _project["build", "some.wasm"]);
        Script("true");

        await BuildAsync();

        Assert.True(File.Exists(_project["dist", "app.wasm"]));
    }

    [UnixFact]
    public async Task Build_Release_WritesNameVersionAndProducer()
    {
        Write("core-handler", "");
        Script("mkdir -p build; cp src.bin build/app.wasm");

        await BuildAsync("-r");

        var bytes = await File.ReadAllBytesAsync(_project["dist", "app.wasm"]);
        var metadata = ComponentMetadata.Read(bytes);
        Assert.Equal(("app", "2.3.4"), (metadata.Name, metadata["version"]));
        Assert.Contains(Producers.Read(bytes), producer => producer is { Field: "processed-by", Name: "mik" });
    }

    [UnixFact]
    public async Task Compose_DependenciesOfDependencies_AreLinkedAndAnswer()
    {
        WritePart("main", "one", "two", "base");
        Script("mkdir -p build; cp src.bin build/app.wasm");

        await BuildAsync("-c");

        // The base counts its calls: both that need it share one.
        Assert.Equal("12", await MikServe.GetAsync(_project, registry: null, "/run/app/", "dist/app-composed.wasm"));
    }

    [UnixFact]
    public async Task Compose_ResourcesBetweenDependencies_AreLinkedAndAnswer()
    {
        WritePart("holder", "user", "store");
        Script("mkdir -p build; cp src.bin build/app.wasm");

        await BuildAsync("-c");

        Assert.Equal("7", await MikServe.GetAsync(_project, registry: null, "/run/app/", "dist/app-composed.wasm"));
    }

    [UnixFact]
    public async Task Compose_ImportThatStaysOpen_IsNamedAndAnError()
    {
        WritePart("main", "one", "two");
        Script("mkdir -p build; cp src.bin build/app.wasm");

        var errors = await FailAsync("-c");

        Assert.Contains("test:parts/base@1.0.0", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_project["dist", "app-composed.wasm"]));
    }

    [UnixFact]
    public async Task Compose_DependencyThatIsNotInstalled_IsNamed()
    {
        WritePart("main", "one", "two");
        await File.AppendAllTextAsync(_project["mik.toml"], "\"org/base\" = \"1.0.0\"\n");
        Script("mkdir -p build; cp src.bin build/app.wasm");

        Assert.Contains("mik sync (org/base is not installed)", await FailAsync("-c"), StringComparison.Ordinal);
    }

    private void Write(string guest, string rest)
    {
        File.WriteAllBytes(_project["src.bin"], Guests.Read(guest));
        File.WriteAllText(_project["mik.toml"], $"[project]\nname = \"app\"\nversion = \"2.3.4\"\n[build]\ncommand = \"sh build.sh\"\n{rest}\n");
    }

    private void WritePart(string main, params string[] dependencies)
    {
        File.WriteAllBytes(_project["bridge.wasm"], Guests.Read("bridge"));
        Write(
            "core-handler",
            "[composition]\nhttp_handler = true\nbridge = \"bridge.wasm\"\n[dependencies]\n" + string.Concat(
                dependencies.Select(name => $"{name} = {{ path = \"parts/{name}.wasm\" }}\n")));
        File.WriteAllBytes(_project["src.bin"], Guests.ReadPart(main));
        Directory.CreateDirectory(_project["parts"]);
        foreach (var name in dependencies)
        {
            File.WriteAllBytes(_project["parts", name + ".wasm"], Guests.ReadPart(name));
        }
    }

    private void Script(string text) => File.WriteAllText(_project["build.sh"], text + "\n");

    private Task<string> BuildAsync(params string[] flags) => MikCommand.SucceedAsync(_project, registry: null, ["build", .. flags]);

    private async Task<string> FailAsync(params string[] flags)
    {
        var (exitCode, _, errors) = await MikCommand.RunAsync(_project, registry: null, ["build", .. flags]);
        Assert.Equal(1, exitCode);
        return errors;
    }
}

/// <summary>A test whose build is a Unix command.</summary>
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = OperatingSystem.IsWindows() ? "the build's command is a Unix one" : null;
}

/// <summary>The same with data.</summary>
internal sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = OperatingSystem.IsWindows() ? "the build's command is a Unix one" : null;
}
