using Mik.Build.Templates;
using Mik.Build.Toolchains;

namespace Mik.Build.Tests;

/// <summary>The files of <c>mik new</c>.</summary>
public sealed class ProjectTemplateTests
{
    public static TheoryData<string> Languages => new(ProjectTemplate.Languages);

    [Theory]
    [MemberData(nameof(Languages))]
    public void Write_EveryLanguage_FillsTheNameIn(string language)
    {
        using var folder = new ProjectFolder();

        var files = ProjectTemplate.Write(folder.Combine("My-App"), "My-App", language);

        Assert.Contains("mik.toml", files);
        Assert.All(files, file =>
        {
            Assert.DoesNotContain("NAME", file, StringComparison.Ordinal);
            Assert.DoesNotContain("{{", File.ReadAllText(Path.Combine(folder.Combine("My-App"), file)), StringComparison.Ordinal);
        });
        Assert.Contains("name = \"My-App\"", File.ReadAllText(folder.Combine("My-App/mik.toml")), StringComparison.Ordinal);
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
