using System.Text.RegularExpressions;
using Mik.Testing;

namespace Mik.Architecture.Tests;

/// <summary>
/// The sources as far as walls are concerned: which room a file is in, which types it declares, and which it names. A name means the type of that name
/// in a namespace that the file sees: its own, those around it, those that it uses.
/// </summary>
internal static partial class SourceCode
{
    private const int MostMemberLines = 40;

    private static readonly Lazy<IReadOnlyList<SourceFile>> Files = new(() => [.. Read()]);

    private static readonly Lazy<ILookup<string, SourceFile>> Declaring =
        new(
            () =>
                Files.Value.SelectMany(file => file.Declares.Select(name => (name, file))).ToLookup(
                    pair => pair.name, pair => pair.file, StringComparer.Ordinal));

    /// <summary>A file of a project.</summary>
    /// <param name="Project">The project.</param>
    /// <param name="Room">The folder below it, with dots; a dot alone is the project's own.</param>
    /// <param name="Name">Name of the file.</param>
    /// <param name="Lines">Lines in it.</param>
    public sealed record SourceFile(string Project, string Room, string Name, int Lines)
    {
        internal IReadOnlySet<string> Declares { get; init; } = new HashSet<string>();

        internal IReadOnlySet<string> DeclaresPublic { get; init; } = new HashSet<string>();

        internal IReadOnlySet<string> Names { get; init; } = new HashSet<string>();

        internal IReadOnlySet<string> Sees { get; init; } = new HashSet<string>();

        /// <summary>Its members that are over 40 lines long: their first lines.</summary>
        public IReadOnlyList<string> LongMembers { get; init; } = [];

        internal string Namespace => Room == "." ? Project : $"{Project}.{Room}";
    }

    /// <summary>Names of the projects.</summary>
    public static IEnumerable<string> Projects() => Files.Value.Select(file => file.Project).Distinct();

    /// <summary>The files of a project.</summary>
    public static IEnumerable<SourceFile> FilesOf(string project) => Files.Value.Where(file => file.Project == project);

    /// <summary>The rooms of a project that have files.</summary>
    public static IEnumerable<string> RoomsOf(string project) => FilesOf(project).Select(file => file.Room).Distinct();

    /// <summary>Which room names which, each with a file and a type as an example.</summary>
    public static IEnumerable<(string From, string To, string Example)> ArrowsOf(string project) =>
        from reference in ReferencesOf(project)
        where reference.From.Room != reference.To.Room
        select (reference.From.Room, reference.To.Room, $"{reference.From.Name} ({reference.Type})");

    /// <summary>Which file names a type of which other of the same project.</summary>
    public static IEnumerable<(SourceFile From, SourceFile To, string Type)> ReferencesOf(string project) =>
        from file in FilesOf(project)
        from name in file.Names
        from other in Declaring.Value[name]
        where other != file && other.Project == project && file.Sees.Contains(other.Namespace)
        select (file, other, name);

    /// <summary>The types of a project that are in no other type: all for a friend, public ones for others.</summary>
    public static IEnumerable<(string Name, string Namespace)> TypesOf(string project, bool isFriend) =>
        from file in FilesOf(project)
        from name in isFriend ? file.Declares : file.DeclaresPublic
        select (name, file.Namespace);

    private static IEnumerable<SourceFile> Read() =>
        from path in Directory.EnumerateFiles(RepositoryRoot.Combine("src"), "*.cs", SearchOption.AllDirectories)
        let parts = Path.GetRelativePath(RepositoryRoot.Combine("src"), path).Split(Path.DirectorySeparatorChar)
        where !parts.Contains("obj") && !parts.Contains("bin")
        let text = File.ReadAllText(path)
        let room = parts.Length == 2 ? "." : string.Join('.', parts[1..^1])
        let around = room == "." ? [parts[0]] : room.Split('.').Aggregate(new List<string> { parts[0] }, (names, part) => [.. names, $"{names[^1]}.{part}"])
        select new SourceFile(parts[0], room, Path.GetFileNameWithoutExtension(path), text.Count(character => character == '\n'))
        {
            Declares = Declaration().Matches(text).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal),
            DeclaresPublic = Declaration().Matches(text).Where(match => match.Value.StartsWith("public ", StringComparison.Ordinal))
                .Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal),
            Names = Word().Matches(Using().Replace(Comment().Replace(text, ""), "")).Select(match => match.Value).ToHashSet(StringComparer.Ordinal),
            LongMembers = [.. MemberLengths.Over(MostMemberLines, text)],
            Sees = Using().Matches(text).Select(match => match.Groups["name"].Value).Concat(around).ToHashSet(StringComparer.Ordinal),
        };

    [GeneratedRegex(
        @"^(public |internal |file )?((static|sealed|abstract|partial|readonly|ref|unsafe) )*(class|record struct|record class|record|struct|interface|enum|delegate [\w<>\[\],?. ]+?) (?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^using (static )?(?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Using();

    [GeneratedRegex(@"(?<!:)//.*$", RegexOptions.Multiline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b[A-Z]\w*", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Word();
}
