using System.Net;
using System.Text.RegularExpressions;

namespace Mik.Configuration.Keys;

/// <summary>The rules for strings of mik.toml.</summary>
internal static partial class TextRules
{
    // Without their ends: the schema's $ is \z here, where $ would allow a newline at the end.
    private const string NameStart = "^[A-Za-z_][A-Za-z0-9_-]{0,63}";
    private const string HostVariableStart = "^[A-Za-z_][A-Za-z0-9_]{0,127}";
    private const string VersionStart =
        @"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
            + @"(\.(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?";

    /// <summary>A project's name.</summary>
    public static readonly TextRule Name = new(
        "a name of 1 to 64 characters: a letter or _ first, then letters, digits, - or _",
        text => NameExpression().IsMatch(text),
        NameStart + "$");

    /// <summary>Semantic Versioning 2.0.0.</summary>
    public static readonly TextRule Version = new("a semantic version such as \"0.1.0\"", text => VersionExpression().IsMatch(text), VersionStart + "$");

    /// <summary>A string with something in it.</summary>
    public static readonly TextRule NotEmpty = new("a string in quotes that is not empty", text => text.Length > 0, "^.+$");

    /// <summary>The address of a collector.</summary>
    public static readonly TextRule HttpUrl = new(
        "an http or https URL such as \"http://localhost:4317\"",
        text => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0,
        "^https?://.+$");

    /// <summary>An address, or a range of addresses.</summary>
    public static readonly TextRule AddressRange = new(
        "an address or a range such as \"10.0.0.0/8\"",
        text => IPNetwork.TryParse(text, out _) || (text.AsSpan().ContainsAny('.', ':') && IPAddress.TryParse(text, out _)),
        "^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$");

    /// <summary>A variable of the host.</summary>
    public static readonly TextRule HostVariable = new(
        "the name of a variable: letters, digits and _, no digit first", text => HostVariableExpression().IsMatch(text), HostVariableStart + "$");

    [GeneratedRegex(NameStart + @"\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NameExpression();

    [GeneratedRegex(HostVariableStart + @"\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex HostVariableExpression();

    [GeneratedRegex(VersionStart + @"\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex VersionExpression();
}
