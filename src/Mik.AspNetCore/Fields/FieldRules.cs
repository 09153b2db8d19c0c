using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Mik.AspNetCore.Fields;

/// <summary>Which fields HTTP allows.</summary>
internal static class FieldRules
{
    /// <summary>The control characters of ASCII.</summary>
    public static readonly string Controls = string.Concat(Enumerable.Range(0, ' ').Append(0x7f).Select(code => (char)code));

    private static readonly SearchValues<char> ControlsInFields = SearchValues.Create(Controls.Replace("\t", "", StringComparison.Ordinal));

    // RFC 9110, 5.6.2.
    private static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Whether a text may be the name of a field, or a method.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(Token);

    /// <summary>Whether names are tokens, and values have no control characters but tabs (RFC 9110, 5.1 and 5.5).</summary>
    public static bool AreLegal(IHeaderDictionary fields)
    {
        foreach (var (name, values) in fields)
        {
            if (!IsToken(name))
            {
                return false;
            }

            for (var index = 0; index < values.Count; index++)
            {
                if (values[index].AsSpan().ContainsAny(ControlsInFields))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
