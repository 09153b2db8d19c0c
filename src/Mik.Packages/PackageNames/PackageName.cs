using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using NuGet.Versioning;

namespace Mik.Packages.PackageNames;

/// <summary>A package as WIT and the tools around it name one: <c>namespace:name@version</c>.</summary>
/// <param name="Namespace">Whose it is.</param>
/// <param name="Name">Which.</param>
/// <param name="Version">Its version; null when none is asked for.</param>
public sealed partial record PackageName(string Namespace, string Name, string? Version)
{
    /// <summary>Reads a name; false when the text is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PackageName? name)
    {
        var match = Expression().Match(text);
        var version = match.Groups["version"] is { Success: true, Value: var written } ? written : null;
        name = match.Success && (version is null || NuGetVersion.TryParseStrict(version, out _))
            ? new PackageName(match.Groups["namespace"].Value, match.Groups["name"].Value, version) : null;
        return name is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}:{Name}{(Version is null ? "" : "@" + Version)}";

    [GeneratedRegex(@"^(?<namespace>[a-z][a-z0-9]*(-[a-z0-9]+)*):(?<name>[a-z][a-z0-9]*(-[a-z0-9]+)*)(@(?<version>[0-9][0-9A-Za-z.+-]*))?\z",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Expression();
}
