using Mik.Packages.Oci;
using Mik.Packages.Remote;
using Mik.Packages.Sessions;
using Mik.Packages.Sources;

namespace Mik.Packages;

/// <summary>Components of registries that no project depends on.</summary>
/// <param name="session">Registries, the cache.</param>
public sealed class RemoteComponents(PackageSession session)
{
    /// <summary>Fetches a component into the cache: manifest and component are verified against their digests, and it is checked to be one.</summary>
    /// <exception cref="PackageException">It cannot be had, or is no component.</exception>
    public async Task<RemoteComponent> FetchAsync(OciReference reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var (manifest, bytes) = await session.Registry.FetchAsync(
            reference, expected: null, offline: false, session.ProgressOf(reference.ToString()), cancellationToken);
        var shape = ComponentShape.Of(reference.ToString(), bytes);
        var path = await session.Cache.FindAsync(shape.Digest, cancellationToken)
            ?? throw new PackageException(
                $"{reference} cannot be kept in the cache", "its file was removed while it was fetched", "run it again")
            { Code = "cache-damaged" };
        return new RemoteComponent(manifest, shape.Digest, shape.Size, path);
    }
}

/// <summary>A component of a registry that is in the cache.</summary>
/// <param name="Manifest">Digest of its manifest, or of the index that has it.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Path">Its file.</param>
public sealed record RemoteComponent(Digest Manifest, Digest Digest, long Size, string Path);
