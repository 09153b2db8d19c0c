using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mik.Scripting.Engine;
using Mik.Scripting.TypeScript;

namespace Mik.Scripting.Sources;

/// <summary>A file as written and as QuickJS gets it.</summary>
/// <param name="Module">Name of its module.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Text">As written.</param>
/// <param name="Code">As it runs, in UTF-8.</param>
/// <param name="Map">From positions in the code to those in the text; null when they are the same.</param>
/// <param name="Stamp">Tells this version of the file from others.</param>
internal sealed partial record ScriptSource(string Module, string Path, string Text, byte[] Code, SourceMap? Map, SourceStamp Stamp)
{
    /// <summary>What is wrong with it, when there is no code.</summary>
    public ScriptImportException? Fault { get; init; }

    /// <summary>What it exports when it is CommonJS.</summary>
    public CommonJsExports? CommonJs { get; init; }

    /// <summary>Bytes that it takes.</summary>
    public long SizeBytes => ((long)sizeof(char) * Text.Length) + Code.Length + (Map?.SizeBytes ?? 0);

    /// <summary>A line of the code as it runs, from 1.</summary>
    public ReadOnlySpan<byte> CodeLine(int line)
    {
        ReadOnlySpan<byte> rest = Code;
        for (; line > 1; line--)
        {
            var end = rest.IndexOf((byte)'\n');
            if (end < 0)
            {
                return [];
            }

            rest = rest[(end + 1)..];
        }

        return rest.IndexOf((byte)'\n') is var length and >= 0 ? rest[..length] : rest;
    }

    /// <summary>The first place where a text stands between quotes.</summary>
    public (int Line, int Column)? LineWith(string quoted)
    {
        foreach (var quote in "\"'")
        {
            var at = Text.IndexOf($"{quote}{quoted}{quote}", StringComparison.Ordinal);
            if (at >= 0)
            {
                return Place(at);
            }
        }

        return null;
    }

    /// <summary>Line and column of a character of the text.</summary>
    public (int Line, int Column) Place(int index) => (Text.AsSpan(0, index).Count('\n') + 1, index - (index == 0 ? -1 : Text.LastIndexOf('\n', index - 1)));

    /// <summary>Whether the file has changed since.</summary>
    public bool HasChanged => SourceStamp.Of(Path) != Stamp;

    /// <summary>Reads a file: types are taken out where there are any, and CommonJS becomes a module.</summary>
    /// <param name="module">Name of its module.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="room">Bytes that it may have.</param>
    /// <param name="others">Gives the texts of the files that one of TypeScript imports.</param>
    /// <exception cref="ScriptImportException">It cannot be read.</exception>
    public static ScriptSource Read(string module, string path, long room, Func<string, IReadOnlyDictionary<string, string>> others)
    {
        var stamp = SourceStamp.Of(path);
        byte[] content;
        try
        {
            content = SourceFile.Read(module, path, room);
        }
        catch (ScriptImportException fault) when (fault.Line > 0)
        {
            return new ScriptSource(module, path, "", [], null, stamp) { Fault = fault };
        }

        var text = Encoding.UTF8.GetString(content);
        if (module.EndsWith(".json", StringComparison.Ordinal))
        {
            return new ScriptSource(module, path, text, Encoding.UTF8.GetBytes($"export default JSON.parse({JsonSerializer.Serialize(text)});"), null, stamp);
        }

        if (!module.EndsWith(".ts", StringComparison.Ordinal))
        {
            return CommonJsHint().IsMatch(text) && TypeStripper.ReadCommonJs(text, module) is { Code: { } wrapped } old
                ? new ScriptSource(module, path, text, wrapped, old.Map, stamp) { CommonJs = old.CommonJs }
                : new ScriptSource(module, path, text, content, null, stamp);
        }

        var stripped = TypeStripper.Strip(text, module, others(text));
        return stripped.Code is { } code
            ? new ScriptSource(module, path, text, code, stripped.Map, stamp) { CommonJs = stripped.CommonJs }
            : new ScriptSource(
                module, path, text, [], null,
                stamp)
            { Fault = new ScriptImportException($"{module}:{stripped.Line}:{stripped.Column}: {stripped.Error}", stripped.Line, stripped.Column) };
    }

    // What every file of CommonJS has somewhere; most others need no parser to tell.
    [GeneratedRegex(@"\bexports\b|\brequire\s*\(", RegexOptions.None, 1000)]
    private static partial Regex CommonJsHint();
}
