using System.Text.RegularExpressions;

namespace Mik.Packages.Git;

/// <summary>URLs of git repositories as people write them: <c>https://…</c>, <c>ssh://…</c>, <c>user@host:path</c>, <c>file:///…</c>, a path.</summary>
internal static partial class GitUrl
{
    private static readonly string[] Schemes = ["https://", "http://", "ssh://", "git://", "file://"];

    /// <summary>Why a text is no URL that mik hands to git; null when it is one.</summary>
    public static string? Fault(string url) => url switch
    {
        "" => "it is empty",
        _ when url[0] == '-' => "it begins with '-', which git would take for an option",
        _ when url.Any(char.IsControl) => "it has control characters",
        _ when url.Contains("::", StringComparison.Ordinal) && !url.Contains("://", StringComparison.Ordinal) => "mik does not use remote helpers of git",
        _ when url.Contains("://", StringComparison.Ordinal)
            && !Schemes.Any(scheme => url.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) => "its scheme is none of https, http, ssh, git and file",
        _ => null,
    };

    /// <summary>A URL that is a relative path, against a folder; others as they are.</summary>
    public static string Against(string url, string folder) =>
        url.StartsWith("./", StringComparison.Ordinal) || url.StartsWith("../", StringComparison.Ordinal) ? Path.GetFullPath(url, folder) : url;

    /// <summary>A text in which URLs have no name and password.</summary>
    public static string WithoutSecrets(string text) => UserInformation().Replace(text, "${scheme}");

    [GeneratedRegex(@"(?<scheme>[a-z+]+://)[^/@\s']+@", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex UserInformation();
}
