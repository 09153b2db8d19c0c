using Mik.Server.Problems;

namespace Mik.Server.Tests.Problems;

public sealed class ProblemTableTests
{
    [Fact]
    public void All_EveryKind_HasItsOwnRow()
    {
        Assert.Equal(Enum.GetValues<ProblemKind>(), ProblemTable.All.Select(row => row.Kind));
        Assert.Equal(ProblemTable.All.Count, ProblemTable.All.Select(row => row.Slug).Distinct().Count());
    }

    [Fact]
    public void All_EveryRow_IsAnErrorWithAKebabSlug() => Assert.All(ProblemTable.All, row =>
    {
        Assert.InRange(row.Status, 400, 599);
        Assert.Matches("^[a-z]+(-[a-z]+)*$", row.Slug);
        Assert.Equal("urn:mik:error:" + row.Slug, row.Type);
    });
}
