using Mik.Build.Toolchains;
using Mik.Components.Metadata;
using Mik.Testing;

namespace Mik.Build.Tests;

/// <summary><c>mik build</c> without a language: its own command, and what it says of projects that cannot be built.</summary>
public sealed class ProjectBuildTests
{
    private static readonly string Copy = OperatingSystem.IsWindows() ? "copy made.wasm dist" : "cp made.wasm dist/made.wasm";

    [Fact]
    public async Task RunAsync_OwnCommand_GivesTheComponentThatItWrote()
    {
        using var folder = new ProjectFolder();
        File.WriteAllBytes(folder.Combine("made.wasm"), Guests.Read("hello"));
        var said = new List<string>();

        var result = await ProjectBuild.RunAsync(
            folder.Read($"[project]\nname = \"api\"\nversion = \"1.2.3\"\n[build]\ncommand = \"{Copy}\"\noutput = \"dist/made.wasm\"\n"),
            new BuildOptions(IsRelease: true, OutputToErrors: true), said.Add, CancellationToken.None);

        Assert.Equal("api", ComponentMetadata.Read(result.Bytes.Span).Name);
        Assert.Contains(Copy, Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_CommandThatFails_SaysWithWhat()
    {
        using var folder = new ProjectFolder();

        var failure = await FailAsync(folder, "[project]\nname = \"api\"\n[build]\ncommand = \"exit 7\"\noutput = \"dist/made.wasm\"\n");

        Assert.Contains("it ended with 7", failure.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_CommandThatWritesNoComponent_IsNoBuild()
    {
        using var folder = new ProjectFolder();
        File.WriteAllText(folder.Combine("made.wasm"), "no component");

        await FailAsync(folder, $"[project]\nname = \"api\"\n[build]\ncommand = \"{Copy}\"\noutput = \"dist/made.wasm\"\n");
    }

    [Fact]
    public async Task RunAsync_CommandThatDoesNotWriteItsOutput_NamesTheFile()
    {
        using var folder = new ProjectFolder();

        var failure = await FailAsync(folder, "[project]\nname = \"api\"\n[build]\ncommand = \"exit 0\"\noutput = \"out/made.wasm\"\n");

        Assert.Equal("build-no-output", failure.Code);
        Assert.Contains(Path.Combine("out", "made.wasm"), failure.Why, StringComparison.Ordinal);
        Assert.Contains("[build] output", failure.Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_NothingThatItKnows_NamesWhatItLooksFor()
    {
        using var folder = new ProjectFolder();

        var failure = await FailAsync(folder, "[project]\nname = \"api\"\n");

        Assert.Contains("Cargo.toml, package.json", failure.Why, StringComparison.Ordinal);
        Assert.Contains("[build] command", failure.Next, StringComparison.Ordinal);
    }

    private static async Task<BuildException> FailAsync(ProjectFolder folder, string toml) => await Assert.ThrowsAsync<BuildException>(() =>
        ProjectBuild.RunAsync(folder.Read(toml), new BuildOptions(IsRelease: false, OutputToErrors: true), _ => { }, CancellationToken.None));
}
