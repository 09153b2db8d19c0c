using System.Xml.Linq;
using Mik.Testing;

namespace Mik.Architecture.Tests;

/// <summary>The arrows between the projects (docs/architecture.md).</summary>
public sealed class ProjectTests
{
    /// <summary>Each project and what it may refer to. A project that is not here must be added here on purpose.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Mik.Wasm"] = [],
        ["Mik.Components"] = ["Mik.Wasm"],
        ["Mik.Wasi"] = ["Mik.Components"],
        ["Mik.Scripting"] = ["Mik.Wasm"],
        ["Mik.AspNetCore"] = ["Mik.Wasi", "Mik.Components", "Mik.Wasm"],
        ["Mik.Server"] = ["Mik.AspNetCore", "Mik.Wasi", "Mik.Scripting"],
        ["Mik.Toml"] = [],
        ["Mik.Configuration"] = ["Mik.Toml"],
        ["Mik.Packages"] = ["Mik.Components", "Mik.Configuration"],
        ["Mik.Build"] = ["Mik.Components", "Mik.Configuration", "Mik.Scripting"],
        ["Aspire.Hosting.Mik"] = [],
        ["Mik.Cli"] = ["Mik.Server", "Mik.Scripting", "Mik.Configuration", "Mik.Packages", "Mik.Build"],
    };

    /// <summary>Programs beside the tests that test as well.</summary>
    private static readonly string[] TestPrograms = ["Mik.Fuzz"];

    private static readonly string[] MayBeUnsafe = ["Mik.Wasm", "Mik.Components"];

    [Fact]
    public void Sources_EveryProject_HasAPlaceInTheDrawing() =>
        Assert.Equal(Arrows.Keys.Order(StringComparer.Ordinal), Projects("src").Select(project => project.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Sources_ProjectReferences_FollowTheArrows() => Assert.All(Projects("src"), project =>
        Assert.Subset(Arrows[project.Name].ToHashSet(), project.References.ToHashSet()));

    [Fact]
    public void Sources_UnsafeCode_IsAllowedInTheEngineOnly() => Assert.All(
        Projects("src").Where(project => project.Document.Descendants("AllowUnsafeBlocks").Any(element => element.Value == "true")),
        project => Assert.Contains(project.Name, MayBeUnsafe));

    [Fact]
    public void Sources_Internals_AreVisibleOneStepUpAndToTests() => Assert.All(Projects("src"), project =>
    {
        var above = Arrows.Where(arrow => arrow.Value.Contains(project.Name)).Select(arrow => arrow.Key == "Mik.Cli" ? "mik" : arrow.Key);
        var allowed = above.Append("mik.guest").ToHashSet();
        Assert.All(
            project.Document.Descendants("InternalsVisibleTo").Select(element => element.Attribute("Include")!.Value),
            friend =>
                Assert.True(
                    allowed.Contains(friend) || TestPrograms.Contains(friend) || friend.EndsWith(".Tests", StringComparison.Ordinal),
                    $"{project.Name} shows its internals to {friend}"));
    });

    [Fact]
    public void Sources_NoProject_NamesAVersion() => Assert.All(
        Projects("src").Concat(Projects("tests")),
        project => Assert.DoesNotContain(project.Document.Descendants("PackageReference"), element => element.Attribute("Version") is not null));

    [Fact]
    public void Sources_EveryProject_IsInTheSolution()
    {
        var solution = File.ReadAllText(RepositoryRoot.Combine("mik.slnx"));
        Assert.All(Projects("src").Concat(Projects("tests")), project => Assert.Contains($"/{project.Name}.csproj\"", solution, StringComparison.Ordinal));
    }

    private static IEnumerable<(string Name, XDocument Document, IEnumerable<string> References)> Projects(string folder) =>
        Directory.EnumerateFiles(RepositoryRoot.Combine(folder), "*.csproj", SearchOption.AllDirectories).Select(path =>
        {
            var document = XDocument.Load(path);
            var references = document.Descendants("ProjectReference").Select(element => Path.GetFileNameWithoutExtension(element.Attribute("Include")!.Value));
            return (Path.GetFileNameWithoutExtension(path), document, references);
        });
}
