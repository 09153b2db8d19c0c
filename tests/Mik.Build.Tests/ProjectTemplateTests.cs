using Mik.Build.Templates;
using Mik.Build.Toolchains;

namespace Mik.Build.Tests;

/// <summary>The files of <c>mik new</c>.</summary>
public sealed class ProjectTemplateTests
{
    public static IEnumerable<object[]> All =>
        ProjectTemplate.Languages.SelectMany(language => ProjectTemplate.Templates(language).Select(template => (object[])[language, template]));

    [Fact]
    public void Templates_JavaScriptAndTypeScript_HaveFour() =>
        Assert.All(["js", "ts"], language => Assert.Equal(["hello", "api", "proxy", "scripts"], ProjectTemplate.Templates(language)));

    [Theory]
    [MemberData(nameof(All))]
    public void Write_EveryTemplate_FillsTheNameIn(string language, string template)
    {
        using var folder = new ProjectFolder();

        var files = ProjectTemplate.Write(folder.Combine("My-App"), "My-App", language, template);

        Assert.Contains("mik.toml", files);
        Assert.Contains("mik.schema.json", files);
        Assert.Contains("README.md", files);
        Assert.All(files, file =>
        {
            Assert.DoesNotContain("NAME", file, StringComparison.Ordinal);
            Assert.DoesNotContain("{{", File.ReadAllText(Path.Combine(folder.Combine("My-App"), file)), StringComparison.Ordinal);
        });
        Assert.Contains("name = \"My-App\"", File.ReadAllText(folder.Combine("My-App/mik.toml")), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_CSharp_HasItsSource()
    {
        using var folder = new ProjectFolder();

        Assert.Contains("Handler.cs", ProjectTemplate.Write(folder.Combine("app"), "app", "csharp"));
    }

    [Fact]
    public void WriteBeside_FolderWithOtherFiles_LeavesThemAlone()
    {
        using var folder = new ProjectFolder();
        File.WriteAllText(folder.Combine("mine.txt"), "mine");

        ProjectTemplate.WriteBeside(folder.Path, "app", "js");

        Assert.Equal("mine", File.ReadAllText(folder.Combine("mine.txt")));
        Assert.True(File.Exists(folder.Combine("src/index.js")));
    }

    [Fact]
    public void WriteBeside_NamesThatAreTaken_WritesNothingAndNamesThem()
    {
        using var folder = new ProjectFolder();
        File.WriteAllText(folder.Combine("README.md"), "mine");
        File.WriteAllText(folder.Combine("src"), "a file where a folder would be");

        var failure = Assert.Throws<BuildException>(() => ProjectTemplate.WriteBeside(folder.Path, "app", "js"));

        Assert.Contains("README.md, src/index.js are there already", failure.Why, StringComparison.Ordinal);
        Assert.Equal(["README.md", "src"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("mine", File.ReadAllText(folder.Combine("README.md")));
    }

    [Fact]
    public void Write_FolderWithSomethingInIt_IsLeftAlone()
    {
        using var folder = new ProjectFolder();
        File.WriteAllText(folder.Combine("mine.txt"), "mine");

        Assert.Throws<BuildException>(() => ProjectTemplate.Write(folder.Path, "app", ProjectTemplate.Languages[0]));

        Assert.Equal([folder.Combine("mine.txt")], Directory.GetFiles(folder.Path));
    }
}
