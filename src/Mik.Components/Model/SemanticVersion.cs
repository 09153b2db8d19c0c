using System.Globalization;

namespace Mik.Components.Model;

/// <summary>A version by semver.org 2.0.0, as in interface names.</summary>
/// <param name="Major">The first number.</param>
/// <param name="Minor">The second number.</param>
/// <param name="Patch">The third number.</param>
/// <param name="PreRelease">What follows a hyphen, or "".</param>
/// <param name="Build">What follows a plus sign, or "".</param>
public sealed record SemanticVersion(ulong Major, ulong Minor, ulong Patch, string PreRelease = "", string Build = "")
{
    /// <summary>
    /// What compatible versions share (the canonical version of the specification): <c>1</c> for 1.2.3, <c>0.2</c> for 0.2.6,
    /// <c>0.0.1</c> for 0.0.1. A pre-release is compatible with nothing else, so its track is the whole version without build.
    /// </summary>
    public string Track => string.Create(CultureInfo.InvariantCulture, $"{this switch
    {
        { PreRelease.Length: > 0 } => $"{Major}.{Minor}.{Patch}-{PreRelease}",
        { Major: > 0 } => $"{Major}",
        { Minor: > 0 } => $"0.{Minor}",
        _ => $"0.0.{Patch}",
    }}");

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Major}.{Minor}.{Patch}{(PreRelease.Length > 0 ? "-" + PreRelease : "")}{(Build.Length > 0 ? "+" + Build : "")}");

    /// <summary>Reads a version; false when the text is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SemanticVersion? version)
    {
        version = null;
        var build = "";
        var preRelease = "";
        var plus = text.IndexOf('+');
        if (plus >= 0)
        {
            if (!AreIdentifiers(text[(plus + 1)..], allowLeadingZero: true))
            {
                return false;
            }
            build = text[(plus + 1)..].ToString();
            text = text[..plus];
        }
        var hyphen = text.IndexOf('-');
        if (hyphen >= 0)
        {
            if (!AreIdentifiers(text[(hyphen + 1)..], allowLeadingZero: false))
            {
                return false;
            }
            preRelease = text[(hyphen + 1)..].ToString();
            text = text[..hyphen];
        }
        Span<Range> parts = stackalloc Range[4];
        if (text.Split(parts, '.') != 3
            || !TryParseNumber(text[parts[0]], out var major)
            || !TryParseNumber(text[parts[1]], out var minor)
            || !TryParseNumber(text[parts[2]], out var patch))
        {
            return false;
        }
        version = new(major, minor, patch, preRelease, build);
        return true;
    }

    internal static bool TryParseNumber(ReadOnlySpan<char> digits, out ulong value)
    {
        value = 0;
        // The number parser passes over NUL characters at the end.
        return !digits.ContainsAnyExceptInRange('0', '9')
            && (digits.Length == 1 || (digits.Length > 1 && digits[0] != '0'))
            && ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static bool AreIdentifiers(ReadOnlySpan<char> text, bool allowLeadingZero)
    {
        foreach (var range in text.Split('.'))
        {
            var identifier = text[range];
            if (identifier.IsEmpty)
            {
                return false;
            }
            foreach (var character in identifier)
            {
                if (!char.IsAsciiLetterOrDigit(character) && character != '-')
                {
                    return false;
                }
            }
            var isNumber = !identifier.ContainsAnyExceptInRange('0', '9');
            if (isNumber && !allowLeadingZero && identifier.Length > 1 && identifier[0] == '0')
            {
                return false;
            }
        }
        return true;
    }
}
