using Mik.Packages.Install;
using Mik.Testing;

namespace Mik.Packages.Tests.Install;

/// <summary>Dependencies of this machine.</summary>
public sealed class PathTests : IDisposable
{
    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Path_File_IsInstalledAndFollowed()
    {
        _project.Write("local = { path = \"./component.wasm\" }");
        await File.WriteAllBytesAsync(_project["component.wasm"], Guests.Read("hello"));
        await _project.SyncAsync();
        Assert.Equal("./component.wasm", _project.Locked("local").Location);

        await File.WriteAllBytesAsync(_project["component.wasm"], Guests.Read("echo"));
        Assert.Contains("--locked", (await _project.FailAsync(new SyncOptions { Locked = true })).Message, StringComparison.Ordinal);
        var report = await _project.SyncAsync();

        Assert.Equal(PackageChangeKind.Updated, Assert.Single(report.Changes).Kind);
        Assert.Equal(Guests.Read("echo"), await File.ReadAllBytesAsync(_project["modules", "local.wasm"]));
    }

    [Theory]
    [InlineData("dist/other.wasm", "[project]\nname = \"other\"\n")]
    [InlineData("dist/other-composed.wasm", "[project]\nname = \"other\"\n")]
    [InlineData("out/x.wasm", "[project]\nname = \"other\"\n[build]\noutput = \"out/x.wasm\"\n")]
    [InlineData("utils.wasm", null)]
    [InlineData("dist/utils.wasm", null)]
    [InlineData("dist/anything.wasm", null)]
    public async Task Path_Project_GivesWhatItBuilt(string file, string? manifest)
    {
        _project.Write("utils = { path = \"lib\" }");
        Directory.CreateDirectory(Path.GetDirectoryName(_project["lib", file])!);
        await File.WriteAllBytesAsync(_project["lib", file], Guests.Read("hello"));
        await File.WriteAllBytesAsync(_project["lib", "core.wasm"], Guests.ReadBad("core-module"));
        if (manifest is not null)
        {
            await File.WriteAllTextAsync(_project["lib", "mik.toml"], manifest);
        }

        await _project.SyncAsync();

        Assert.Equal(Guests.Read("hello"), await File.ReadAllBytesAsync(_project["modules", "utils.wasm"]));
    }

    [Theory]
    [InlineData(new string[0], "no *.wasm file")]
    [InlineData(new[] { "a.wasm", "b.wasm" }, "it has 2: a.wasm, b.wasm")]
    public async Task Path_ProjectWithoutAClearComponent_IsExplained(string[] files, string expected)
    {
        _project.Write("utils = { path = \"lib\" }");
        Directory.CreateDirectory(_project["lib"]);
        foreach (var file in files)
        {
            await File.WriteAllBytesAsync(_project["lib", file], Guests.Read("hello"));
        }

        var error = await _project.FailAsync();

        Assert.Contains(expected, error.Why, StringComparison.Ordinal);
        Assert.NotNull(error.Next);
    }

    [Fact]
    public async Task Path_Absent_IsExplained()
    {
        _project.Write("utils = { path = \"../no-such\" }");

        Assert.Contains("no file or folder", (await _project.FailAsync()).Why, StringComparison.Ordinal);
    }
}
