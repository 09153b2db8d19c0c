using Mik.Conformance.Tests.Suites;

namespace Mik.Conformance.Tests.Core;

/// <summary>
/// Failures that are known, from <c>expectations.txt</c>: lines of <c>group/file:line reason</c>. A listed command that
/// passes is an error, so the list never outlives its reasons.
/// </summary>
internal static class Expectations
{
    /// <summary>The list as it is written.</summary>
    public static IEnumerable<string> Lines { get; } =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "expectations.txt")).Select(line => line.Trim())];

    private static readonly HashSet<string> Listed =
        [.. Lines.Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ', 2)[0])];

    /// <summary>The name by which a file is listed: its own, or that of its folder when another file has the same.</summary>
    public static string NameOf(string group, string file)
    {
        var folder = file[..file.LastIndexOf('/')];
        return LinesOf(group, folder).Any() || folder != Path.GetFileName(folder)
            && SuiteArchive.Open(CoreSuite.Name, group).Files.Contains($"{Path.GetFileName(folder)}/{Path.GetFileName(file)}")
            ? folder
            : Path.GetFileNameWithoutExtension(file);
    }

    /// <summary>Whether this command is listed.</summary>
    public static bool Contains(string group, string file, int line) => Listed.Contains($"{group}/{file}:{line}");

    /// <summary>Lines of a file that are listed.</summary>
    public static IEnumerable<int> LinesOf(string group, string file)
    {
        var prefix = $"{group}/{file}:";
        return Listed
            .Where(entry => entry.StartsWith(prefix, StringComparison.Ordinal))
            .Select(entry => int.Parse(entry.AsSpan(prefix.Length), System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>How many commands of a group are listed.</summary>
    /// <param name="group">The group.</param>
    /// <param name="having">What an entry must contain to be counted.</param>
    public static int CountOf(string group, string having = ":") => Listed.Count(entry =>
        entry.StartsWith(group + "/", StringComparison.Ordinal) && entry.Contains(having, StringComparison.Ordinal));
}
