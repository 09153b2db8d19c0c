using System.Text.Json;
using Mik.Packages.Remote;

namespace Mik.Packages.Oci;

/// <summary>A manifest, or an index of manifests, as a registry gave it.</summary>
/// <param name="Descriptor">Its own type, digest and size.</param>
/// <param name="Items">Layers of a manifest, or manifests of an index.</param>
/// <param name="Bytes">The text, which the digest is of.</param>
internal sealed record OciManifest(Descriptor Descriptor, IReadOnlyList<Descriptor> Items, byte[] Bytes)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = PackageLimits.JsonDepth };

    /// <summary>The type of a manifest's configuration; null when it has none.</summary>
    public string? ConfigType { get; init; }

    /// <summary>What a manifest says that it is; null when it does not say.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Whether it lists manifests.</summary>
    public bool IsIndex => MediaTypes.IsIndex(Descriptor.MediaType);

    /// <summary>Reads one.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="digest">Its digest, which was verified.</param>
    /// <param name="contentType">What the registry says that it is; what the text says goes before.</param>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static OciManifest Parse(byte[] bytes, Digest digest, string? contentType)
    {
        // Text that is not UTF-8 is an InvalidOperationException, and comes only when it is read.
        try
        {
            using var document = JsonDocument.Parse(bytes, Strict);
            return Read(document.RootElement, bytes, digest, contentType);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new FormatException($"it is not JSON: {exception.Message}", exception);
        }
    }

    private static OciManifest Read(JsonElement root, byte[] bytes, Digest digest, string? contentType)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("it is not a JSON object");
        }

        if (root.TryGetProperty("schemaVersion", out var version)
            && !(version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out var number) && number == 2))
        {
            throw new FormatException($"its schemaVersion is {version.GetRawText()}, and mik reads 2");
        }

        var type = Text(root, "mediaType") ?? contentType ?? "";
        if (!MediaTypes.Manifests.Contains(type, StringComparer.Ordinal))
        {
            // Some servers say application/json or nothing useful; what is in it tells.
            type = root.TryGetProperty("manifests", out _) ? MediaTypes.Index : MediaTypes.Manifest;
        }

        var list = MediaTypes.IsIndex(type) ? "manifests" : "layers";
        if (!root.TryGetProperty(list, out var items) || items.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException($"it has no list of {list}");
        }

        return new OciManifest(new Descriptor(type, digest, bytes.Length), [.. items.EnumerateArray().Select(ReadDescriptor)], bytes)
        {
            ConfigType = root.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.Object ? Text(config, "mediaType") : null,
            ArtifactType = Text(root, "artifactType"),
        };
    }

    private static Descriptor ReadDescriptor(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("a descriptor in it is not a JSON object");
        }

        var digest = Text(item, "digest");
        if (!Digest.TryParse(digest, out var parsed))
        {
            throw new FormatException($"a descriptor in it has no digest that mik knows, but '{RemoteText.Clean(digest)}'");
        }

        if (!item.TryGetProperty("size", out var size) || size.ValueKind != JsonValueKind.Number || !size.TryGetInt64(out var bytes) || bytes < 0)
        {
            throw new FormatException($"the descriptor of {parsed} has no right size");
        }

        return new Descriptor(Text(item, "mediaType") ?? "", parsed, bytes)
        {
            Title = item.TryGetProperty("annotations", out var annotations) && annotations.ValueKind == JsonValueKind.Object
                ? Text(annotations, Annotations.Title) : null,
            Platform = item.TryGetProperty("platform", out var platform) && platform.ValueKind == JsonValueKind.Object
                ? $"{Text(platform, "os")}/{Text(platform, "architecture")}"
                : null,
        };
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
