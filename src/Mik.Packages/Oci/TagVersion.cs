using NuGet.Versioning;

namespace Mik.Packages.Oci;

/// <summary>Tags that are versions.</summary>
internal static class TagVersion
{
    // Longer numbers are dates or builds.
    private const int LongestAlone = 3;

    /// <summary>A tag as a version, such as <c>v1</c>, <c>1.2</c> or <c>v1.2.3-rc.1</c>; dates and commits are none.</summary>
    public static NuGetVersion? Of(string tag)
    {
        var text = tag.StartsWith('v') ? tag[1..] : tag;
        if (!text.Contains('.', StringComparison.Ordinal))
        {
            text = text.Length <= LongestAlone && text.Length > 0 && text.All(char.IsAsciiDigit) ? text + ".0" : "";
        }

        return NuGetVersion.TryParse(text, out var version) ? version : null;
    }

    /// <summary>
    /// The newest of some tags that is newer than one of them; null when there is none, or when it is no version. Releases go before previews. A tag with fewer
    /// numbers, such as <c>v1</c>, follows what they leave open: <c>v1.2.0</c> is not newer than it, <c>v2</c> is, and one that is written alike goes before
    /// others.
    /// </summary>
    public static string? Newer(string tag, IEnumerable<string> tags)
    {
        if (Of(tag) is not { } current)
        {
            return null;
        }

        var numbers = NumbersOf(tag);
        return tags.Select(candidate => (Tag: candidate, Version: Of(candidate)))
            .Where(candidate => candidate.Version is { } version && (!version.IsPrerelease || current.IsPrerelease))
            .Select(candidate => (candidate.Tag, Version: candidate.Version!, Numbers: NumbersOf(candidate.Tag)))
            .Where(
                candidate => candidate.Numbers == numbers
                    ? candidate.Version > current
                    : Cut(candidate.Version, Math.Min(candidate.Numbers, numbers)) > Cut(current, Math.Min(candidate.Numbers, numbers)))
            .OrderByDescending(candidate => candidate.Numbers == numbers).ThenByDescending(candidate => candidate.Version).ThenBy(
                candidate => candidate.Tag, StringComparer.Ordinal)
            .FirstOrDefault().Tag;
    }

    private static int NumbersOf(string tag) => 1 + tag.AsSpan(0, tag.AsSpan().IndexOfAny('-', '+') is >= 0 and var end ? end : tag.Length).Count('.');

    private static Version Cut(NuGetVersion version, int numbers) =>
        new(version.Major, numbers > 1 ? version.Minor : 0, numbers > 2 ? version.Patch : 0);
}
