using Mik.Configuration.Model;
using Mik.Packages.Cache;
using Mik.Packages.Oci;
using Mik.Packages.Registry;
using Mik.Packages.Remote;

namespace Mik.Packages.Sources;

/// <summary>Components of registries, by way of the cache.</summary>
internal sealed class RegistryPackages(RegistryClient client, BlobCache cache)
{
    private const int MostIndexes = 3;

    /// <summary>The reference of a dependency.</summary>
    /// <exception cref="PackageException">Its name or version cannot be one.</exception>
    public static OciReference Reference(string name, RegistrySource source)
    {
        try
        {
            return OciReference.Of(source.Repository, source.Version);
        }
        catch (FormatException exception)
        {
            throw new PackageException($"{name} cannot be fetched", exception.Message, "correct it in mik.toml", exception) { Code = "reference-invalid" };
        }
    }

    /// <summary>What a reference stands for now.</summary>
    public Task<Digest?> ResolveAsync(OciReference reference, CancellationToken cancellationToken) => client.ResolveAsync(reference, cancellationToken);

    /// <summary>The tags of a reference's repository.</summary>
    public Task<IReadOnlyList<string>> ListTagsAsync(OciReference reference, CancellationToken cancellationToken) =>
        client.ListTagsAsync(reference, cancellationToken);

    /// <summary>A component and the digest of its manifest, or of the index that has the manifest.</summary>
    /// <param name="reference">What to fetch.</param>
    /// <param name="expected">The digest that the component must have; null takes any.</param>
    /// <param name="offline">Whether only the cache may be asked.</param>
    /// <param name="progress">Told of bytes that came and of all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PackageException">It cannot be had, or is not what was expected.</exception>
    public async Task<(Digest Manifest, byte[] Component)> FetchAsync(
        OciReference reference, Digest? expected, bool offline, IProgress<(long Done, long Total)>? progress, CancellationToken cancellationToken)
    {
        var (top, layer) = await LayerAsync(reference, offline, cancellationToken);
        if (expected is not null && layer.Digest.Algorithm == expected.Algorithm && layer.Digest != expected)
        {
            throw Mismatch(reference, expected, layer.Digest);
        }

        var bytes = await ReadAsync(layer.Digest, cancellationToken) ?? (offline
            ? throw NotInCache(reference.ToString())
            : await DownloadAsync(reference, layer, progress, cancellationToken));
        var digest = await cache.AddAsync(bytes, cancellationToken);
        cache.SetOrigin(digest, reference.ToString());
        return expected is null || expected == digest ? (top.Descriptor.Digest, bytes) : throw Mismatch(reference, expected, digest);
    }

    /// <summary>A component of the cache; null when it is not there.</summary>
    public async Task<byte[]?> ReadAsync(Digest digest, CancellationToken cancellationToken) =>
        await cache.FindAsync(digest, cancellationToken) is { } file ? await File.ReadAllBytesAsync(file, cancellationToken) : null;

    /// <summary>Whether the manifest that a lock file names has another component than it says; then the lock file was changed.</summary>
    /// <exception cref="PackageException">There is no such manifest, or it cannot be had.</exception>
    public async Task<bool> DisagreesAsync(OciReference reference, Digest component, bool offline, CancellationToken cancellationToken)
    {
        var (_, layer) = await LayerAsync(reference, offline, cancellationToken);
        return layer.Digest.Algorithm == component.Algorithm && layer.Digest != component;
    }

    /// <summary>The error of what only the network has.</summary>
    public static PackageException NotInCache(string what) =>
        new($"{what} is not in the cache", "--offline forbids to fetch it", "run mik sync once without --offline and --frozen") { Code = "offline" };

    /// <summary>What a reference stands for, and the layer in it that is the component.</summary>
    private async Task<(OciManifest Top, Descriptor Layer)> LayerAsync(OciReference reference, bool offline, CancellationToken cancellationToken)
    {
        var top = await ManifestAsync(reference, offline, cancellationToken);
        var manifest = top;
        for (var depth = 0; manifest.IsIndex; depth++)
        {
            if (depth == MostIndexes)
            {
                throw new PackageException($"{reference} cannot be used", "it is an index of indexes of indexes") { Code = "artifact-unusable" };
            }

            manifest = await ManifestAsync(reference.WithDigest(Choose(reference, manifest, ComponentChoice.Manifest).Digest), offline, cancellationToken);
        }

        return (top, Choose(reference, manifest, ComponentChoice.Layer));
    }

    private static LockMismatchException Mismatch(OciReference reference, Digest expected, Digest found) => new(
        $"{reference} is not what mik.lock says",
        $"mik.lock has the component {expected}, and the manifest {found}",
        "mik.lock was changed, or the registry is not the one that it was made with; restore mik.lock, or run mik update");

    private static Descriptor Choose(OciReference reference, OciManifest manifest, Func<OciManifest, Descriptor> choice)
    {
        try
        {
            return choice(manifest);
        }
        catch (FormatException exception)
        {
            throw new PackageException($"{reference} cannot be used", exception.Message, inner: exception) { Code = "artifact-unusable" };
        }
    }

    private async Task<OciManifest> ManifestAsync(OciReference reference, bool offline, CancellationToken cancellationToken)
    {
        if (reference.Digest is { } digest && await ReadAsync(digest, cancellationToken) is { } cached)
        {
            return Read(reference, cached, digest);
        }

        if (offline)
        {
            throw NotInCache(reference.ToString());
        }

        var manifest = await FetchManifestAsync(reference, cancellationToken);
        var stored = await cache.AddAsync(manifest.Bytes, cancellationToken);
        cache.SetOrigin(stored, $"manifest of {reference}");
        return manifest;
    }

    private async Task<OciManifest> FetchManifestAsync(OciReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetManifestAsync(reference, cancellationToken);
        }
        catch (PackageException exception) when (exception.InnerException is NotFoundException && reference is { Tag: not null, Digest: null })
        {
            throw await TagHint.AddAsync(exception, reference, client, cancellationToken);
        }
    }

    private static OciManifest Read(OciReference reference, byte[] cached, Digest digest)
    {
        try
        {
            return OciManifest.Parse(cached, digest, contentType: null);
        }
        catch (FormatException exception)
        {
            throw new PackageException(
                $"the manifest of {reference} cannot be understood", exception.Message, inner: exception)
            { Code = "registry-answer-invalid" };
        }
    }

    private async Task<byte[]> DownloadAsync(
        OciReference reference, Descriptor layer, IProgress<(long Done, long Total)>? progress, CancellationToken cancellationToken)
    {
        var file = await client.DownloadAsync(reference, layer, cache, progress is null ? null : new Forward(progress, layer.Size), cancellationToken);
        return await File.ReadAllBytesAsync(file, cancellationToken);
    }

    private sealed class Forward(IProgress<(long Done, long Total)> progress, long total) : IProgress<long>
    {
        public void Report(long value) => progress.Report((value, total));
    }
}
