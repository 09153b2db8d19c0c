namespace Mik.Conformance.Tests.Core;

/// <summary>
/// Failures that are known, from <c>expectations.txt</c>: lines of <c>group/file:line reason</c>. A listed command that
/// passes is an error, so the list never outlives its reasons.
/// </summary>
internal static class Expectations
{
    private static readonly HashSet<string> Listed = Read();

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

    private static HashSet<string> Read() =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "expectations.txt"))
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ', 2)[0])];
}
