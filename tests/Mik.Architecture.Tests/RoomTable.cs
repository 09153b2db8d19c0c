namespace Mik.Architecture.Tests;

/// <summary>A line of figures for each project.</summary>
internal static class RoomTable
{
    /// <summary>The head of the table.</summary>
    public const string Head = "| project | files | rooms | arrows between rooms | of the possible | that point back | circles across rooms | files "
        + "over 200 lines | members over 40 lines |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|";

    /// <summary>The line of a project.</summary>
    public static string LineOf(string project, int backArrows)
    {
        var rooms = SourceCode.RoomsOf(project).Count();
        var arrows = SourceCode.ArrowsOf(project).Select(arrow => (arrow.From, arrow.To)).Distinct().Count();
        var circles = FileCircles.Find(SourceCode.ReferencesOf(project)).Count(circle => circle.Select(file => file.Room).Distinct().Count() > 1);
        return $"| {project} | {SourceCode.FilesOf(project).Count()} | {rooms} | {arrows} | {rooms * (rooms - 1) / 2} | {backArrows} | {circles} | "
            + $"{SourceCode.FilesOf(project).Count(file => file.Lines > 200)} | {SourceCode.FilesOf(project).Sum(file => file.LongMembers.Count)} |";
    }

    /// <summary>What of a project is long: files, and members of files.</summary>
    public static IEnumerable<string> LongOf(string project) =>
        from file in SourceCode.FilesOf(project)
        where file.Lines > 200 || file.LongMembers.Count > 0
        orderby file.Lines descending
        select $"- {file.Namespace}.{file.Name}: {file.Lines} lines{string.Concat(file.LongMembers.Select(member => $"; `{member}`"))}";
}
