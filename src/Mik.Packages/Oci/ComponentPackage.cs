using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mik.Packages.Oci;

/// <summary>A component as it goes to a registry: the component, its configuration, and the manifest of both (CNCF, "Wasm OCI artifact layout").</summary>
/// <param name="Component">The component.</param>
/// <param name="Config">Its configuration: what it imports and exports.</param>
/// <param name="Manifest">The manifest.</param>
internal sealed record ComponentPackage(byte[] Component, byte[] Config, byte[] Manifest)
{
    // As other tools write it: media types have a plus.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes one. The same input gives the same bytes.</summary>
    /// <param name="component">The component.</param>
    /// <param name="imports">Names of its imports.</param>
    /// <param name="exports">Names of its exports.</param>
    /// <param name="created">When it was made.</param>
    /// <param name="annotations">Annotations of the manifest.</param>
    /// <param name="file">The name of the file that clients write, which know of no components.</param>
    public static ComponentPackage Of(
        byte[] component, IEnumerable<string> imports, IEnumerable<string> exports, DateTimeOffset created,
        IReadOnlyList<KeyValuePair<string, string>> annotations, string? file = null)
    {
        var layer = Digest.Of(component);
        var config = Json(writer =>
        {
            writer.WriteString("created", created.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            writer.WriteString("architecture", "wasm");
            writer.WriteString("os", "wasip2");
            writer.WriteStartArray("layerDigests");
            writer.WriteStringValue(layer.ToString());
            writer.WriteEndArray();
            writer.WriteStartObject("component");
            WriteNames(writer, "exports", exports);
            WriteNames(writer, "imports", imports);
            writer.WriteEndObject();
        });
        var manifest = Json(writer =>
        {
            writer.WriteNumber("schemaVersion", 2);
            writer.WriteString("mediaType", MediaTypes.Manifest);
            writer.WriteStartObject("config");
            WriteDescriptor(writer, MediaTypes.WasmConfig, config);
            writer.WriteEndObject();
            writer.WriteStartArray("layers");
            writer.WriteStartObject();
            WriteDescriptor(writer, MediaTypes.Wasm, component);
            WriteAnnotations(writer, file is null ? [] : [new(Annotations.Title, file)]);
            writer.WriteEndObject();
            writer.WriteEndArray();
            WriteAnnotations(writer, annotations);
        });
        return new ComponentPackage(component, config, manifest);
    }

    private static void WriteDescriptor(Utf8JsonWriter writer, string type, byte[] blob)
    {
        writer.WriteString("mediaType", type);
        writer.WriteString("digest", Digest.Of(blob).ToString());
        writer.WriteNumber("size", blob.Length);
    }

    private static void WriteAnnotations(Utf8JsonWriter writer, IReadOnlyList<KeyValuePair<string, string>> annotations)
    {
        if (annotations.Count > 0)
        {
            writer.WriteStartObject("annotations");
            foreach (var (name, value) in annotations)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }
    }

    private static void WriteNames(Utf8JsonWriter writer, string name, IEnumerable<string> names)
    {
        writer.WriteStartArray(name);
        foreach (var item in names)
        {
            writer.WriteStringValue(item);
        }

        writer.WriteEndArray();
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Plain))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
