using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Mik.Cli.Deploying;

/// <summary>
/// A text in YAML, written as an interpolated string. Texts that are put into it stand in quotes there, since YAML reads many names as something else
/// (<c>null</c>, <c>yes</c>, <c>1e3</c>); numbers, and what is YAML already, stand as they are.
/// </summary>
/// <param name="literalLength">How much of it is written out.</param>
/// <param name="holes">How many things are put into it.</param>
[InterpolatedStringHandler]
internal sealed class YamlText(int literalLength, int holes)
{
    private const int UsualHole = 16;

    private readonly StringBuilder _text = new(literalLength + (holes * UsualHole));

    /// <summary>Nothing.</summary>
    public static YamlText None { get; } = new(0, 0);

    /// <summary>Called for what is written out.</summary>
    public void AppendLiteral(string yaml) => _text.Append(yaml);

    /// <summary>Puts a text into it.</summary>
    public void AppendFormatted(string text)
    {
        _text.Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\')
            {
                _text.Append('\\').Append((char)rune.Value);
            }
            else if (MustBeEscaped(rune))
            {
                _text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
            }
            else
            {
                _text.Append(rune.ToString());
            }
        }

        _text.Append('"');
    }

    /// <summary>Puts a number into it.</summary>
    public void AppendFormatted(long number) => _text.Append(CultureInfo.InvariantCulture, $"{number}");

    /// <summary>Puts YAML into it.</summary>
    public void AppendFormatted(YamlText yaml) => _text.Append(yaml._text);

    /// <summary>Puts pieces of YAML into it, one behind the other.</summary>
    public void AppendFormatted(IEnumerable<YamlText> yaml)
    {
        foreach (var piece in yaml)
        {
            AppendFormatted(piece);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    // Controls, what readers take for the end of a line, and what is no character (YAML 1.2, 5.1); none is above U+FFFF.
    private static bool MustBeEscaped(Rune rune) => Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 or 0xFEFF or 0xFFFE or 0xFFFF;
}
