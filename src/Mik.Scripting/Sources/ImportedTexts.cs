using System.Text.RegularExpressions;
using Mik.Scripting.Engine;

namespace Mik.Scripting.Sources;

/// <summary>
/// Texts of the files of TypeScript that one imports, directly or not. Only a file that passes names on, or computes an enum from another's, needs them:
/// whether a name is a type stands in the file that declares it.
/// </summary>
internal static partial class ImportedTexts
{
    private const int MaxFiles = 64;
    private const int MaxCharacters = 1 << 20;

    /// <summary>The texts by the paths that the compiler gives them; none when they do not matter.</summary>
    public static IReadOnlyDictionary<string, string> Of(ScriptFolder folder, string module, string text)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!NeedsOthers().IsMatch(text))
        {
            return found;
        }

        var waiting = new Queue<(string Module, string Text)>([(module, text)]);
        var characters = 0;
        while (waiting.TryDequeue(out var next))
        {
            foreach (Match import in Relative().Matches(next.Text))
            {
                if (TryRead(folder, next.Module, import.Groups["specifier"].Value, out var imported, out var content)
                    && imported != module && found.Count < MaxFiles && (characters += content.Length) <= MaxCharacters && found.TryAdd("/" + imported, content))
                {
                    waiting.Enqueue((imported, content));
                }
            }
        }

        return found;
    }

    private static bool TryRead(ScriptFolder folder, string importer, string specifier, out string module, out string text)
    {
        (module, text) = ("", "");
        try
        {
            module = folder.Resolve(importer, specifier, out _);
            if (!module.EndsWith(".ts", StringComparison.Ordinal) || !folder.TryLocate(module, out var path)
                || SourceFile.TryReadText(path, MaxCharacters) is not { Length: > 0 } content)
            {
                return false;
            }

            text = content;
            return true;
        }
        catch (ScriptImportException)
        {
            // Whoever runs the import says so.
            return false;
        }
    }

    [GeneratedRegex(@"\bexport\s*\{|\benum\b|\bimport\s+\w+\s*=", RegexOptions.None, 1000)]
    private static partial Regex NeedsOthers();

    [GeneratedRegex("""\b(?:from|import)\s*["'](?<specifier>\.{1,2}/[^"'\n]*)["']""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Relative();
}
