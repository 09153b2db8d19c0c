using Mik.Configuration.Model;
using Mik.Toml;
using Mik.Toml.Model;

namespace Mik.Configuration.Reading;

/// <summary>Collects what is wrong with a document, with places.</summary>
internal sealed class ProblemList(string file, TomlDocument document)
{
    private const int LongestExcerpt = 60;

    private readonly List<(int Offset, ConfigurationProblem Problem)> _problems = [];

    /// <summary>Whether one of them is an error.</summary>
    public bool HasErrors => _problems.Exists(entry => entry.Problem.IsError);

    /// <summary>All, in the order of the file.</summary>
    public IReadOnlyList<ConfigurationProblem> InOrder() => [.. _problems.OrderBy(entry => entry.Offset).Select(entry => entry.Problem)];

    /// <summary>Adds an error.</summary>
    public void Error(string code, TextSpan span, string message) => Add(code, isError: true, span, message);

    /// <summary>Adds a warning.</summary>
    public void Warning(string code, TextSpan span, string message) => Add(code, isError: false, span, message);

    /// <summary>Adds what is wrong with the syntax.</summary>
    public void Error(TomlError error) => Add("config-syntax", isError: true, new TextSpan(error.Offset, error.Offset), error.Message);

    /// <summary>The text of a value, cut when it is long.</summary>
    public string Excerpt(TomlValue value)
    {
        var text = document.Text[value.Span.Start..value.Span.End].ReplaceLineEndings(" ");
        return text.Length <= LongestExcerpt ? text : string.Concat(text.AsSpan(0, LongestExcerpt), "…");
    }

    private void Add(string code, bool isError, TextSpan span, string message)
    {
        var position = document.PositionOf(span.Start);
        var line = document.LineText(position.Line);
        var rest = Math.Max(1, Runes(line) - position.Column + 1);
        var length = Math.Clamp(Runes(document.Text.AsSpan(span.Start, Math.Max(0, span.End - span.Start))), 1, rest);
        _problems.Add((span.Start, new ConfigurationProblem(code, isError, file, position, length, line, message)));
    }

    private static int Runes(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
