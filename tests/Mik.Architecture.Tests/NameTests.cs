using Mik.Testing;

namespace Mik.Architecture.Tests;

/// <summary>Names of types: in what a project sees, one name is one type.</summary>
public sealed class NameTests
{
    // WIT gives its names again in each version.
    private const string LaterVersion = "V03";

    [Fact]
    public void Types_ThatAProjectSees_HaveEachANameOfItsOwn() => Assert.All(SourceCode.Projects(), project =>
    {
        var seen = ProjectDrawing.Read()[project].Append(project).SelectMany(other => SourceCode.TypesOf(other, isFriend: IsFriend(other, project)));
        var twice = seen.Where(type => !type.Namespace.EndsWith(LaterVersion, StringComparison.Ordinal)).Distinct()
            .GroupBy(type => type.Name, StringComparer.Ordinal).Where(group => group.Count() > 1);
        Assert.Empty(twice.Select(group => $"{group.Key}: {string.Join(", ", group.Select(type => type.Namespace))}"));
    });

    private static bool IsFriend(string project, string reader)
    {
        var friend = reader == "Mik.Cli" ? "mik" : reader;
        return project == reader
            || File.ReadAllText(RepositoryRoot.Combine("src", project, project + ".csproj")).Contains(
                $"InternalsVisibleTo Include=\"{friend}\"", StringComparison.Ordinal);
    }
}
