using System.Text.RegularExpressions;
using Mik.Scripting.Engine;

namespace Mik.Scripting.Sources;

/// <summary>Which tests a change of files touches: those that changed, and those that import what changed, directly or not.</summary>
internal static partial class TouchedTests
{
    private const int MaxFiles = 500;

    /// <summary>The tests, as modules.</summary>
    /// <param name="folder">The folder of scripts.</param>
    /// <param name="changes">Full paths of what changed.</param>
    public static IReadOnlyList<string> Of(ScriptFolder folder, IEnumerable<string> changes)
    {
        var changed = changes.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        return [.. folder.Tests().Where(test => Reaches(folder, test, changed))];
    }

    private static bool Reaches(ScriptFolder folder, string test, HashSet<string> changed)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { test };
        var waiting = new Queue<string>(seen);
        while (waiting.TryDequeue(out var module) && seen.Count < MaxFiles)
        {
            if (!folder.TryLocate(module, out var path))
            {
                continue;
            }

            if (changed.Contains(Path.GetFullPath(path)))
            {
                return true;
            }

            foreach (var import in Imports(path).Select(specifier => Resolve(folder, module, specifier)).OfType<string>().Where(seen.Add))
            {
                waiting.Enqueue(import);
            }
        }

        return false;
    }

    private static string? Resolve(ScriptFolder folder, string module, string specifier)
    {
        try
        {
            return folder.Resolve(module, specifier, out _);
        }
        catch (ScriptImportException)
        {
            // The test itself will say so.
            return null;
        }
    }

    private static IEnumerable<string> Imports(string path) =>
        Relative().Matches(SourceFile.TryReadText(path) ?? "").Select(match => match.Groups["specifier"].Value);

    [GeneratedRegex("""\b(?:from|import|require)\s*\(?\s*["'](?<specifier>\.{1,2}/[^"'\n]*)["']""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Relative();
}
