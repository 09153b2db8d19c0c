namespace Mik.Packages.Oci;

/// <summary>Media types of what a registry holds.</summary>
internal static class MediaTypes
{
    /// <summary>A manifest.</summary>
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>A list of manifests.</summary>
    public const string Index = "application/vnd.oci.image.index.v1+json";

    /// <summary>A manifest as Docker wrote them before.</summary>
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>A list of manifests as Docker wrote them before.</summary>
    public const string DockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json";

    /// <summary>The configuration of a component (CNCF, "Wasm OCI artifact layout").</summary>
    public const string WasmConfig = "application/vnd.wasm.config.v0+json";

    /// <summary>A component as a layer.</summary>
    public const string Wasm = "application/wasm";

    /// <summary>Configurations of container images.</summary>
    public static readonly string[] ImageConfigs = ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"];

    /// <summary>All that may answer for a manifest, in the order of preference.</summary>
    public static readonly string[] Manifests = [Manifest, Index, DockerManifest, DockerIndex];

    /// <summary>Layers that are WebAssembly by their type; the others are from tools that came before the common layout.</summary>
    public static readonly string[] WasmLayers =
    [
        Wasm,
        "application/vnd.wasm.content.layer.v1+wasm",
        "application/vnd.module.wasm.content.layer.v1+wasm",
        "application/vnd.bytecodealliance.wasm.component.layer.v0+wasm",
    ];

    /// <summary>Whether a type is that of a list of manifests.</summary>
    public static bool IsIndex(string? type) => type is Index or DockerIndex;
}
