using Mik.Packages.Remote;

namespace Mik.Packages.Oci;

/// <summary>Finds the component in a manifest, and the manifest in an index.</summary>
internal static class ComponentChoice
{
    private const string ExpectedLayout = "mik expects one layer of type application/wasm (mik publish and wkg write it), or one file of an artifact";

    /// <summary>The layer that is the component: the one of a WebAssembly type, else the one whose title ends with <c>.wasm</c>, else the only one.</summary>
    /// <exception cref="FormatException">There is none, or it is not clear which.</exception>
    public static Descriptor Layer(OciManifest manifest)
    {
        var layers = manifest.Items;
        var chosen = Only(layers.Where(layer => MediaTypes.WasmLayers.Contains(layer.MediaType, StringComparer.Ordinal)))
            ?? Only(layers.Where(layer => layer.Title?.EndsWith(".wasm", StringComparison.OrdinalIgnoreCase) == true))
            ?? (layers is [var only] && !IsArchive(only) ? only : null)
            ?? throw new FormatException($"it is {Told(manifest)}, not a component; {ExpectedLayout}");
        return chosen.Size <= PackageLimits.ComponentBytes
            ? chosen
            : throw new FormatException($"the component is said to have {chosen.Size} bytes, and mik takes at most {PackageLimits.ComponentBytes}");
    }

    /// <summary>
    /// The manifest that an index has for WebAssembly: one for components before one for core modules (<c>wasip1</c>), one whose platform says
    /// so before one without a platform; else the only one.
    /// </summary>
    /// <exception cref="FormatException">There is none, or it is not clear which.</exception>
    public static Descriptor Manifest(OciManifest index)
    {
        var nearest = index.Items.Where(
            item => Rank(item.Platform) is not null).GroupBy(item => Rank(item.Platform)).OrderBy(group => group.Key).FirstOrDefault();
        return Only(nearest ?? Enumerable.Empty<Descriptor>())
            ?? (index.Items is [var only] ? only : null)
            ?? throw new FormatException(
                index.Items.Count == 0 ? "it is an empty index" : $"it is an index with nothing for WebAssembly, but {Told(index.Items)}");
    }

    /// <summary>How near a platform is to what mik runs, 0 being nearest; null when it is for something else.</summary>
    private static int? Rank(string? platform)
    {
        if (platform is null or "/" or "unknown/unknown")
        {
            return 4;
        }

        var (system, architecture) = platform.Split('/') is [var first, var second] ? (first, second) : (platform, "");
        return (architecture is "wasm" or "wasm32") || system.StartsWith("wasi", StringComparison.Ordinal)
            ? system switch { "wasip2" => 0, "wasip1" => 3, _ when system.StartsWith("wasip", StringComparison.Ordinal) => 1, _ => 2 }
            : null;
    }

    private static Descriptor? Only(IEnumerable<Descriptor> candidates)
    {
        var distinct = candidates.DistinctBy(candidate => candidate.Digest).Take(8).ToArray();
        return distinct.Length > 1
            ? throw new FormatException(
                $"it has more than one component: {string.Join(", ", distinct.Select(one => $"{Told(one)} {one.Digest}"))}; a manifest among them is "
                    + $"named by its digest, REFERENCE@sha256:…")
            : distinct.FirstOrDefault();
    }

    /// <summary>What a manifest without a component is.</summary>
    private static string Told(OciManifest manifest) =>
        manifest.Items.Count == 0 ? "an artifact that has no layer"
        : (manifest.ConfigType is null || MediaTypes.ImageConfigs.Contains(manifest.ConfigType, StringComparer.Ordinal))
        && manifest.Items.All(item => IsArchive(item) && item.Title is null) ? "a container image"
        : $"an artifact{(manifest.ArtifactType is { Length: > 0 } type ? $" of type {RemoteText.Clean(type)}" : "")} with {Told(manifest.Items)}";

    private static bool IsArchive(Descriptor layer) =>
        layer.MediaType.Contains("tar", StringComparison.Ordinal)
            || layer.MediaType.StartsWith("application/vnd.docker.image.rootfs", StringComparison.Ordinal);

    private static string Told(IEnumerable<Descriptor> items) => string.Join(", ", items.Take(8).Select(Told));

    private static string Told(Descriptor item) => RemoteText.Clean(
        item.Title is { } title ? $"{title} ({item.MediaType})"
        : item.Platform is { } platform ? platform
        : item.MediaType);
}
