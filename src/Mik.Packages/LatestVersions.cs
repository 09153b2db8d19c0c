using Mik.Configuration.Model;

namespace Mik.Packages;

/// <summary>Dependencies at their newest versions, as <c>mik update --latest</c> writes them into mik.toml.</summary>
public static class LatestVersions
{
    /// <summary>Those of some dependencies that have a newer version, with that.</summary>
    /// <param name="dependencies">The dependencies.</param>
    /// <param name="found">What there is of each.</param>
    public static IReadOnlyList<Dependency> Of(IEnumerable<Dependency> dependencies, IReadOnlyList<OutdatedPackage> found)
    {
        ArgumentNullException.ThrowIfNull(dependencies);
        var newest = found.Where(package => package.Newest is not null).ToDictionary(
            package => package.Name, package => package.Newest!, StringComparer.Ordinal);
        return [.. dependencies.Where(dependency => newest.ContainsKey(dependency.Name))
            .Select(dependency => dependency with { Source = At(dependency.Source, newest[dependency.Name]) })];
    }

    private static DependencySource At(DependencySource source, string version) => source switch
    {
        RegistrySource registry => registry with { Version = version },
        GitSource git => git with { Revision = version },
        _ => source,
    };
}
