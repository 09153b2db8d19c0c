using NuGet.Versioning;

namespace Mik.Packages.Oci;

/// <summary>Tags that are versions.</summary>
internal static class TagVersion
{
    /// <summary>A tag as a version; dates and commits are none.</summary>
    public static NuGetVersion? Of(string tag) =>
        tag.Contains('.', StringComparison.Ordinal) && NuGetVersion.TryParse(tag.StartsWith('v') ? tag[1..] : tag, out var version) ? version : null;
}
