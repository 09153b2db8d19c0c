using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Mik.Scripting.Sources;

namespace Mik.Scripting.Diagnostics;

/// <summary>What QuickJS says of a stack → what the author wrote: only files of the author, at their positions.</summary>
internal static partial class StackExplainer
{
    /// <summary>The frames, innermost first.</summary>
    /// <param name="error">Name of the error.</param>
    /// <param name="stack">Its stack.</param>
    /// <param name="modules">The files.</param>
    public static IReadOnlyList<ScriptFrame> Explain(string error, string stack, ScriptModules modules)
    {
        var frames = new List<ScriptFrame>();
        string? called = null;
        foreach (var line in stack.Split('\n'))
        {
            var match = Frame().Match(line);
            var function = match.Success ? match.Groups["function"].Value : Native().Match(line).Groups["function"].Value;
            if (match.Success && modules.Find(match.Groups["module"].Value) is { } source)
            {
                var at = (Line: Number(match.Groups["line"]), Column: match.Groups["column"].Success ? Number(match.Groups["column"]) : 1);
                at.Column = CharacterColumn(source.CodeLine(at.Line), at.Column);
                at = called is null ? CallSites.OfConstructor(source, at, error) : CallSites.OfCall(source, at, called);
                var (sourceLine, column) = source.Map?.Locate(at.Line, at.Column) ?? at;
                frames.Add(new ScriptFrame(function is "<anonymous>" or "<eval>" ? "" : function, source.Module, sourceLine, column));
            }

            called = function;
        }

        return frames;
    }

    // QuickJS counts bytes, editors count characters.
    private static int CharacterColumn(ReadOnlySpan<byte> line, int column) =>
        column - 1 <= line.Length ? Encoding.UTF8.GetCharCount(line[..(column - 1)]) + 1 : column;

    /// <summary>The line of a frame with its neighbours, and a mark below it; null when its file is not known, or was not read.</summary>
    public static string? CodeFrame(ScriptFrame frame, ScriptModules modules) =>
        modules.Find(frame.Module) is { Text.Length: > 0 } source ? CodeFrame(source.Text, frame.Line, frame.Column) : null;

    /// <summary>A line of a text with its neighbours, and a mark below it.</summary>
    public static string CodeFrame(string text, int line, int column)
    {
        const int Before = 2;
        const int After = 1;
        const int Widest = 160;
        var lines = text.Split('\n');
        var last = Math.Min(lines.Length, line + After);
        var width = last.ToString(CultureInfo.InvariantCulture).Length;
        var shown = new List<string>();
        for (var number = Math.Max(1, line - Before); number <= last; number++)
        {
            var content = lines[number - 1].TrimEnd('\r').Replace('\t', ' ');
            var mark = number == line ? ">" : " ";
            shown.Add(
                $"{mark} {number.ToString(CultureInfo.InvariantCulture).PadLeft(width)} | {(content.Length > Widest ? content[..Widest] + "…" : content)}"
                    .TrimEnd());
            if (number == line && column <= Widest)
            {
                shown.Add($"  {new string(' ', width)} | {new string(' ', Math.Max(column - 1, 0))}^");
            }
        }

        return string.Join('\n', shown);
    }

    private static int Number(Group group) => int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 1;

    [GeneratedRegex(@"^\s*at (?:(?<function>.*?) \()?(?<module>[^()]+?):(?<line>\d+)(?::(?<column>\d+))?\)?\s*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Frame();

    [GeneratedRegex(@"^\s*at (?<function>.*?) \(native\)\s*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Native();
}
