namespace Mik.Packages.Remote;

/// <summary>Text from elsewhere, made fit for a terminal.</summary>
internal static class RemoteText
{
    private const int Longest = 300;

    /// <summary>Without control characters (a server must not drive the terminal), and not endless.</summary>
    public static string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var cut = text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "…");
        return string.Concat(
            cut.Select(
                character => char.IsControl(character) || char.IsSurrogate(character)
                    || character is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') ? ' ' : character)).Trim();
    }

    /// <summary>A URL without name, password and query, which may hold secrets.</summary>
    public static string Url(Uri url) => Clean(url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));
}
