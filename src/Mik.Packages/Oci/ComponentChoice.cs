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
            ?? throw new FormatException(layers.Count > 0 && layers.All(IsArchive)
                ? "it is a container image, not a component"
                : layers.Count == 0 ? $"it has no layer; {ExpectedLayout}" : $"it has no layer that is a component, but {Told(layers)}; {ExpectedLayout}");
        return chosen.Size <= PackageLimits.ComponentBytes
            ? chosen
            : throw new FormatException($"the component is said to have {chosen.Size} bytes, and mik takes at most {PackageLimits.ComponentBytes}");
    }

    /// <summary>The manifest that an index has for WebAssembly: one whose platform says so, else one without a platform, else the only one.</summary>
    /// <exception cref="FormatException">There is none, or it is not clear which.</exception>
    public static Descriptor Manifest(OciManifest index) =>
        Only(index.Items.Where(item => item.Platform is { } platform && (platform.EndsWith("/wasm", StringComparison.Ordinal) || platform.StartsWith("wasi", StringComparison.Ordinal))))
            ?? Only(index.Items.Where(item => item.Platform is null or "/" or "unknown/unknown"))
            ?? (index.Items is [var only] ? only : null)
            ?? throw new FormatException(index.Items.Count == 0
                ? "it is an empty index"
                : $"it is an index with nothing for WebAssembly, but {string.Join(", ", index.Items.Take(8).Select(item => RemoteText.Clean(item.Platform ?? item.MediaType)))}");

    private static Descriptor? Only(IEnumerable<Descriptor> candidates)
    {
        var distinct = candidates.DistinctBy(candidate => candidate.Digest).Take(3).ToArray();
        return distinct.Length > 1
            ? throw new FormatException($"it has more than one component: {Told(distinct)}")
            : distinct.FirstOrDefault();
    }

    private static bool IsArchive(Descriptor layer) =>
        layer.MediaType.Contains("tar", StringComparison.Ordinal) || layer.MediaType.StartsWith("application/vnd.docker.image.rootfs", StringComparison.Ordinal);

    private static string Told(IEnumerable<Descriptor> layers) =>
        string.Join(", ", layers.Take(8).Select(layer => RemoteText.Clean(layer.Title is { } title ? $"{title} ({layer.MediaType})" : layer.MediaType)));
}
