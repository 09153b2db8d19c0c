using System.Text;
using Mik.Scripting.Sources;

namespace Mik.Scripting.Diagnostics;

/// <summary>
/// QuickJS says of a call where the last of its arguments was computed, which may be lines behind. These find the name of what was called: the innermost
/// call around that place whose function has the name of the next frame.
/// </summary>
internal static class CallSites
{
    /// <summary>The place of a call of a function of this name; the place that was given when there is none around it.</summary>
    public static (int Line, int Column) OfCall(ScriptSource source, (int Line, int Column) at, string function) =>
        function.Length == 0 || function[0] == '<' ? at : Find(source, at, call => !call.IsNew && call.Name == function);

    /// <summary>The place where an error was made.</summary>
    public static (int Line, int Column) OfConstructor(ScriptSource source, (int Line, int Column) at, string error) =>
        Find(source, at, call => call.IsNew && (call.Name == error || call.Name.EndsWith("Error", StringComparison.Ordinal)));

    private static (int Line, int Column) Find(ScriptSource source, (int Line, int Column) at, Predicate<Call> isWanted)
    {
        var code = Encoding.UTF8.GetString(source.Code);
        var offset = Offset(code, at);
        var scan = new CallScanner(code);
        scan.RunTo(offset);
        if (scan.Word is { } here && here.Start <= offset && scan.IsCalled && isWanted(here))
        {
            return at;
        }

        foreach (var call in scan.Around)
        {
            if (isWanted(call))
            {
                return Place(code, call.Start);
            }
        }

        return at;
    }

    private static int Offset(string code, (int Line, int Column) at)
    {
        var start = 0;
        for (var line = 1; line < at.Line; line++)
        {
            var end = code.IndexOf('\n', start);
            if (end < 0)
            {
                break;
            }

            start = end + 1;
        }

        return Math.Min(start + at.Column - 1, code.Length);
    }

    private static (int Line, int Column) Place(string code, int offset) =>
        (code.AsSpan(0, offset).Count('\n') + 1, offset - (offset == 0 ? -1 : code.LastIndexOf('\n', offset - 1)));
}
