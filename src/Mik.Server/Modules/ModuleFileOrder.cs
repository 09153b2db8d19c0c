using Mik.Components.Model;
using Mik.Server.Paths;

namespace Mik.Server.Modules;

/// <summary>
/// Which of two files is meant that would be the same module: a composed one before a plain one, one without version before one with, the greater version
/// before others.
/// </summary>
internal static class ModuleFileOrder
{
    /// <summary>Above zero when the first one is meant.</summary>
    public static int Compare(string one, string other)
    {
        var (first, second) = (Path.GetFileNameWithoutExtension(one), Path.GetFileNameWithoutExtension(other));
        var composed = IsComposed(first).CompareTo(IsComposed(second));
        if (composed != 0)
        {
            return composed;
        }

        var version = ModuleName.VersionOf(first);
        var otherVersion = ModuleName.VersionOf(second);
        var plain = version.IsEmpty.CompareTo(otherVersion.IsEmpty);
        return plain != 0 ? plain : Compare(version, otherVersion);
    }

    private static bool IsComposed(string stem) => stem.EndsWith("-composed", StringComparison.Ordinal);

    private static int Compare(ReadOnlySpan<char> version, ReadOnlySpan<char> other)
    {
        var numbers = Numbers(version).CompareTo(Numbers(other));
        return numbers != 0 ? numbers : version.CompareTo(other, StringComparison.Ordinal);
    }

    private static (ulong Major, ulong Minor, ulong Patch, bool IsRelease) Numbers(ReadOnlySpan<char> version) =>
        SemanticVersion.TryParse(version, out var known) && known is not null ? (known.Major, known.Minor, known.Patch, known.PreRelease.Length == 0) : default;
}
