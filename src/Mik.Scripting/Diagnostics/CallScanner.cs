namespace Mik.Scripting.Diagnostics;

/// <summary>A name before an opening parenthesis: the last one of <c>a.b.c(</c>, and whether <c>new</c> is before the first.</summary>
internal readonly record struct Call(string Name, int Start, bool IsNew);

/// <summary>
/// Reads JavaScript just well enough to know which calls a place is inside of: strings, templates, comments and regular expressions are skipped.
/// </summary>
internal sealed class CallScanner(string code)
{
    private const string BeforeOperand = "(,=:[!&|?{};+-*%<>~^";

    private static readonly HashSet<string> WordsBeforeOperand =
        ["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "await", "yield", "else", "do"];

    // What is open: a call, or null for any other bracket; and at which depths a template goes on behind its expression.
    private readonly List<Call?> _open = [];
    private readonly Stack<int> _templates = new();
    private int _next;
    private bool _isNew;
    private char _last;

    /// <summary>The name that was read last, if nothing came behind it.</summary>
    public Call? Word { get; private set; }

    /// <summary>Whether an opening parenthesis comes next.</summary>
    public bool IsCalled => code.AsSpan(Math.Min(_next, code.Length)).TrimStart() is ['(', ..];

    /// <summary>The calls around the place, innermost first.</summary>
    public IEnumerable<Call> Around => _open.AsEnumerable().Reverse().OfType<Call>();

    /// <summary>Reads up to an offset, or past it to the end of what stands there.</summary>
    public void RunTo(int offset)
    {
        while (_next < code.Length && _next <= offset)
        {
            Step();
        }
    }

    private void Step()
    {
        var start = _next;
        var character = code[_next++];
        if (char.IsWhiteSpace(character))
        {
            return;
        }

        if (char.IsLetterOrDigit(character) || character is '_' or '$' or '#')
        {
            ReadWord(start);
            return;
        }

        switch (character)
        {
            case '"' or '\'':
                SkipString(character);
                break;
            case '`':
                SkipTemplate();
                break;
            case '/' when Peek() == '/':
                SkipTo("\n");
                return;
            case '/' when Peek() == '*':
                _next++;
                SkipTo("*/");
                return;
            case '/' when IsOperandNext():
                SkipRegex();
                break;
            case '(':
                _open.Add(Word);
                break;
            case '[' or '{':
                _open.Add(null);
                break;
            case '}' when _templates.TryPeek(out var depth) && depth == _open.Count:
                _templates.Pop();
                Close();
                SkipTemplate();
                break;
            case ')' or ']' or '}':
                Close();
                break;
        }

        // "a?.b(" and "a.b(" are one chain, and a call of its result belongs to no name.
        _isNew = _isNew && character is '.';
        Word = null;
        _last = character;
    }

    private void ReadWord(int start)
    {
        while (_next < code.Length && (char.IsLetterOrDigit(code[_next]) || code[_next] is '_' or '$'))
        {
            _next++;
        }

        var word = code[start.._next];
        _isNew = _last == '.' ? _isNew : Word is { Name: "new" };
        Word = new Call(word, start, _isNew);
        _last = 'a';
    }

    private bool IsOperandNext() =>
        Word is { } word ? WordsBeforeOperand.Contains(word.Name) : _last == 0 || BeforeOperand.Contains(_last, StringComparison.Ordinal);

    private char Peek() => _next < code.Length ? code[_next] : '\0';

    private void Close()
    {
        if (_open.Count > 0)
        {
            _open.RemoveAt(_open.Count - 1);
        }
    }

    private void SkipTo(string end)
    {
        var at = code.IndexOf(end, _next, StringComparison.Ordinal);
        _next = at < 0 ? code.Length : at + end.Length;
    }

    private void SkipString(char quote)
    {
        while (_next < code.Length && code[_next] != quote && code[_next] != '\n')
        {
            _next += code[_next] == '\\' ? 2 : 1;
        }

        _next++;
    }

    private void SkipTemplate()
    {
        while (_next < code.Length && code[_next] != '`')
        {
            if (code[_next] == '$' && _next + 1 < code.Length && code[_next + 1] == '{')
            {
                _next += 2;
                _open.Add(null);
                _templates.Push(_open.Count);
                return;
            }

            _next += code[_next] == '\\' ? 2 : 1;
        }

        _next++;
    }

    private void SkipRegex()
    {
        var isClass = false;
        while (_next < code.Length && code[_next] != '\n' && (isClass || code[_next] != '/'))
        {
            isClass = code[_next] switch
            {
                '[' => true,
                ']' => false,
                _ => isClass,
            };
            _next += code[_next] == '\\' ? 2 : 1;
        }

        _next++;
    }
}
