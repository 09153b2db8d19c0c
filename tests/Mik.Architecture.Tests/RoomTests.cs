using Mik.Testing;

namespace Mik.Architecture.Tests;

/// <summary>The arrows between the rooms of each project, held to the text that draws them: docs/architecture.md.</summary>
public sealed class RoomTests
{
    // So many arrows may point back; docs/architecture.md says of each why.
    private static readonly Dictionary<string, int> MostBackArrows = new() { ["Mik.Server"] = 3, ["Mik.Wasi"] = 2, ["Mik.Components"] = 1 };

    private static readonly RoomDrawing Drawing = RoomDrawing.Read();

    public static TheoryData<string> Projects => new(Drawing.Rooms.Keys);

    [Fact]
    public void Drawing_OfRooms_HasEveryProject() => Assert.Equal(
        SourceCode.Projects().Order(StringComparer.Ordinal),
        Drawing.Rooms.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Rooms_OfAProject_AreThoseOfTheDrawing(string project)
    {
        var rooms = SourceCode.RoomsOf(project).Order(StringComparer.Ordinal);
        Assert.Equal(rooms, Drawing.Rooms[project].Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Arrows_OfAProject_PointAsDrawn(string project)
    {
        var rooms = Drawing.Rooms[project];
        var back = SourceCode.ArrowsOf(project).Where(
            arrow => rooms.IndexOf(arrow.From) < rooms.IndexOf(arrow.To)).ToLookup(arrow => (arrow.From, arrow.To), arrow => arrow.Example);
        var drawn = Drawing.BackArrows.Where(arrow => arrow.Project == project).Select(arrow => (arrow.From, arrow.To)).ToHashSet();

        Assert.Empty(
            back.Where(arrow => !drawn.Contains(arrow.Key)).Select(
                arrow => $"{project}: {arrow.Key.From} → {arrow.Key.To}, as in {string.Join(", ", arrow.Take(5))}"));
        Assert.Empty(
            drawn.Except(back.Select(arrow => arrow.Key)).Select(
                arrow => $"{project}: {arrow.From} → {arrow.To} is gone; take it out of docs/architecture.md"));
        Assert.True(drawn.Count <= MostBackArrows.GetValueOrDefault(project), $"{project}: {drawn.Count} arrows point back");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Circles_OfFiles_StayWithinARoom(string project) => Assert.Empty(
        FileCircles.Find(SourceCode.ReferencesOf(project)).Where(
            circle => circle.Select(file => file.Room).Distinct().Count() > 1).Select(circle => string.Join(" → ", circle.Select(file => file.Name))));

    [Fact]
    public void Table_OfRooms_IsWritten()
    {
        // To be read by people: artifacts/rooms.md.
        var lines = Drawing.Rooms.Keys.Select(
            project => RoomTable.LineOf(project, Drawing.BackArrows.Count(arrow => arrow.Project == project))).Prepend(RoomTable.Head).ToArray();
        var file = RepositoryRoot.Combine("artifacts", "rooms.md");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllLines(file, [.. lines, "", .. Drawing.Rooms.Keys.SelectMany(RoomTable.LongOf)]);

        Assert.Equal(Drawing.Rooms.Count + 1, lines.Length);
    }
}
