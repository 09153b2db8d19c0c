using System.Text;

namespace Mik.Packages.Registry;

/// <summary>What a <c>WWW-Authenticate</c> header asks for (RFC 9110, 11.6.1).</summary>
/// <param name="Scheme">The scheme in lower case: <c>bearer</c>, <c>basic</c>.</param>
/// <param name="Parameters">Its parameters by lower-case name.</param>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>A parameter, or null.</summary>
    public string? this[string name] => Parameters.GetValueOrDefault(name);

    /// <summary>Reads a header with one challenge or more; what is not understood is left out.</summary>
    public static IReadOnlyList<Challenge> Parse(string header)
    {
        var challenges = new List<Challenge>();
        Dictionary<string, string>? parameters = null;
        var position = 0;
        while (position < header.Length)
        {
            Skip(header, ref position);
            var word = Token(header, ref position);
            if (word.Length == 0)
            {
                position++;
                continue;
            }

            var afterWord = position;
            SkipSpaces(header, ref position);
            if (position < header.Length && header[position] == '=' && parameters is not null)
            {
                position++;
                SkipSpaces(header, ref position);
                parameters[word.ToLowerInvariant()] = Value(header, ref position);
            }
            else
            {
                position = afterWord;
                parameters = new Dictionary<string, string>(StringComparer.Ordinal);
                challenges.Add(new Challenge(word.ToLowerInvariant(), parameters));
            }
        }

        return challenges;
    }

    private static void Skip(string text, ref int position)
    {
        while (position < text.Length && text[position] is ' ' or '\t' or ',')
        {
            position++;
        }
    }

    private static void SkipSpaces(string text, ref int position)
    {
        while (position < text.Length && text[position] is ' ' or '\t')
        {
            position++;
        }
    }

    private static string Token(string text, ref int position)
    {
        var start = position;
        while (position < text.Length && text[position] is not (' ' or '\t' or ',' or '=' or '"'))
        {
            position++;
        }

        return text[start..position];
    }

    private static string Value(string text, ref int position)
    {
        if (position >= text.Length || text[position] != '"')
        {
            return Token(text, ref position);
        }

        var value = new StringBuilder();
        for (position++; position < text.Length && text[position] != '"'; position++)
        {
            if (text[position] == '\\' && position + 1 < text.Length)
            {
                position++;
            }

            value.Append(text[position]);
        }

        position++;
        return value.ToString();
    }
}
