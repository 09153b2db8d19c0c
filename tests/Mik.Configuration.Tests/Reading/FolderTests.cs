using Mik.Configuration.Model;
using Mik.Configuration.Reading;

namespace Mik.Configuration.Tests.Reading;

/// <summary>Folders that mik.toml names.</summary>
public sealed class FolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mik-folders-").FullName;

    public FolderTests()
    {
        foreach (var name in new[] { "scripts", "public", "apps/modules", "tenants" })
        {
            Directory.CreateDirectory(Path.Combine(_folder, name));
        }

        File.WriteAllText(Path.Combine(_folder, "one.wasm"), "");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("scripts = \"scirpts/\"", "1:11: server.scripts must be a folder, and \"scirpts/\" is not there; did you mean \"scripts/\"?")]
    [InlineData("scripts = \"Scripts\"\nstatic = \"pulbic\"",
        "1:11: server.scripts must be a folder, and \"Scripts\" is not there; did you mean \"scripts\"? | 2:10: server.static must be a folder, and "
            + "\"pulbic\" is not there; did you mean \"public\"?")]
    [InlineData("modules = \"apps/module/\"", "1:11: server.modules must be a folder, and \"apps/module/\" is not there; did you mean \"apps/modules/\"?")]
    [InlineData("user_modules = \"elsewhere/far/away\"", "1:16: server.user_modules must be a folder, and \"elsewhere/far/away\" is not there")]
    [InlineData("scripts = \"one.wasm\"", "1:11: server.scripts must be a folder, and \"one.wasm\" is a file")]
    [InlineData("modules = \"one.wasm\"", "")]
    [InlineData("modules = \"modules/\"", "")]
    [InlineData("modules = \"modules\"", "")]
    [InlineData("scripts = \"./scripts\"\nstatic = \"public/\"\nuser_modules = \"tenants\"\nmodules = \"apps/modules\"", "")]
    [InlineData("port = 1", "")]
    public void Folder_ThatIsNotThere_IsToldWithTheNearest(string keys, string expected)
    {
        var result = MikConfiguration.Parse(Path.Combine(_folder, "mik.toml"), "server = { " + keys.Replace("\n", ", ", StringComparison.Ordinal) + " }");
        Assert.NotNull(result.Configuration);

        Assert.Equal(
            expected.Split(" | ", StringSplitOptions.RemoveEmptyEntries).Select(text => text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..]),
            result.Configuration.MissingFolders().Select(problem => problem.Message));

        var lines = MikConfiguration.Parse(Path.Combine(_folder, "mik.toml"), "[server]\n" + keys);
        Assert.Equal(
            expected,
            string.Join(
                " | ",
                lines.Configuration!.MissingFolders().Select(
                    problem => FormattableString.Invariant($"{problem.Position.Line - 1}:{problem.Position.Column}: {problem.Message}"))));
        Assert.All(lines.Configuration!.MissingFolders(), problem => Assert.True(problem.IsError));
    }
}
