using System.Xml.Linq;
using Mik.Testing;

namespace Mik.Architecture.Tests;

/// <summary>The arrows between the projects (docs/architecture.md).</summary>
public sealed class ProjectTests
{
    /// <summary>Each project and what it refers to, as docs/architecture.md has it.</summary>
    private static readonly IReadOnlyDictionary<string, string[]> Arrows = ProjectDrawing.Read();

    /// <summary>Programs beside the tests that test as well.</summary>
    private static readonly string[] TestPrograms = ["Mik.Fuzz"];

    private static readonly string[] MayBeUnsafe = ["Mik.Wasm", "Mik.Components"];

    [Fact]
    public void Sources_EveryProject_HasAPlaceInTheDrawing() =>
        Assert.Equal(Arrows.Keys.Order(StringComparer.Ordinal), Projects("src").Select(project => project.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Sources_ProjectReferences_FollowTheArrows() => Assert.All(Projects("src"), project =>
        Assert.Equal(Arrows[project.Name].Order(StringComparer.Ordinal), project.References.Order(StringComparer.Ordinal)));

    [Fact]
    public void Sources_Arrows_PointDown()
    {
        // A project stands on those that stood before it.
        var (standing, left) = (new HashSet<string>(), Arrows.Keys.ToHashSet());
        while (left.FirstOrDefault(project => standing.IsSupersetOf(Arrows[project])) is { } next)
        {
            standing.Add(next);
            left.Remove(next);
        }

        Assert.Empty(left);
    }

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
