using Mik.Configuration.Model;
using Mik.Packages.Oci;
using Mik.Packages.Sources;

namespace Mik.Packages.Lock;

/// <summary>A row of <c>mik.lock</c>: what a dependency turned out to be.</summary>
/// <param name="Name">The dependency.</param>
/// <param name="Source"><c>registry</c>, <c>git</c> or <c>path</c>.</param>
/// <param name="Location">Repository with registry, URL, or path as it is written.</param>
/// <param name="Requested">The version, or <c>branch:</c>, <c>tag:</c>, <c>rev:</c> and a name; null where there is none.</param>
/// <param name="Resolved">Digest of the manifest, or commit; null for paths.</param>
/// <param name="Digest">Digest of the component.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Imports">Names of its imports.</param>
/// <param name="Exports">Names of its exports.</param>
public sealed record LockedPackage(
    string Name,
    string Source,
    string Location,
    string? Requested,
    string? Resolved,
    Digest Digest,
    long Size,
    IReadOnlyList<string> Imports,
    IReadOnlyList<string> Exports)
{
    /// <summary>A row for a component that was fetched.</summary>
    internal static LockedPackage Of(Dependency dependency, string? resolved, ComponentShape shape)
    {
        var (source, location, requested) = Key(dependency.Source);
        return new LockedPackage(dependency.Name, source, location, requested, resolved, shape.Digest, shape.Size, shape.Imports, shape.Exports);
    }

    /// <summary>Whether it is about this dependency as mik.toml has it now.</summary>
    internal bool Fits(Dependency dependency) => Name == dependency.Name && (Source, Location, Requested) == Key(dependency.Source);

    /// <summary>Whether it says the same; lists are compared by their items.</summary>
    internal bool Says(LockedPackage other) =>
        (Name, Source, Location, Requested, Resolved, Digest, Size) == (other.Name, other.Source, other.Location, other.Requested, other.Resolved, other.Digest,
            other.Size)
        && Imports.SequenceEqual(other.Imports, StringComparer.Ordinal)
        && Exports.SequenceEqual(other.Exports, StringComparer.Ordinal);

    /// <summary>How a lock file writes what a source asks for.</summary>
    internal static string? RequestedOf(DependencySource source) => Key(source).Requested;

    private static (string Source, string Location, string? Requested) Key(DependencySource source) => source switch
    {
        RegistrySource registry => ("registry", registry.Repository, registry.Version),
        GitSource git => ("git", git.Url, git.Kind switch
        {
            GitRevisionKind.Branch => $"branch:{git.Revision}",
            GitRevisionKind.Tag => $"tag:{git.Revision}",
            GitRevisionKind.Commit => $"rev:{git.Revision}",
            _ => null,
        }),
        PathSource path => ("path", path.Path.Replace('\\', '/'), null),
        _ => throw new InvalidOperationException($"{source.GetType().Name} is no source"),
    };
}
