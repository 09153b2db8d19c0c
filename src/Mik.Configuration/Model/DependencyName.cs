using System.Text.RegularExpressions;

namespace Mik.Configuration.Model;

/// <summary>
/// Names of dependencies: <c>name</c>, or <c>user/repo</c> with more parts where a registry has them. The last part names the installed file.
/// </summary>
public static partial class DependencyName
{
    /// <summary>The rule, for errors.</summary>
    public const string Rule =
        "parts of letters, digits, '.', '-' and '_' that begin with a letter, a digit or '_', with '/' between them, at most 128 characters";

    /// <summary>Whether a name is one.</summary>
    public static bool IsLegal(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length <= 128 && Legal().IsMatch(name);
    }

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Legal();
}
