using System.Text;
using Mik.Wasm.Decoding;
using Mik.Wasm.Model;

namespace Mik.Components.Metadata;

/// <summary>
/// What a component says of itself in custom sections: its name (<c>component-name</c>), and the sections that stand for annotations of the
/// OCI image specification (tool-conventions, "OCI annotations").
/// </summary>
/// <param name="Name">Its name, or null.</param>
/// <param name="Fields">Names of sections and their texts, in the order of <see cref="FieldNames"/>.</param>
public sealed record ComponentMetadata(string? Name, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    /// <summary>The section of a component's names.</summary>
    internal const string NameSection = "component-name";

    /// <summary>The section of its version.</summary>
    internal const string VersionSection = "version";

    private const int LongestText = 4096;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The sections that are read, and the annotations that they stand for.</summary>
    public static IReadOnlyList<(string Section, string Annotation)> FieldNames { get; } =
    [
        (VersionSection, "org.opencontainers.image.version"),
        ("description", "org.opencontainers.image.description"),
        ("authors", "org.opencontainers.image.authors"),
        ("licenses", "org.opencontainers.image.licenses"),
        ("homepage", "org.opencontainers.image.url"),
        ("source", "org.opencontainers.image.source"),
        ("revision", "org.opencontainers.image.revision"),
    ];

    /// <summary>The text of a section, or null.</summary>
    public string? this[string section] => Fields.FirstOrDefault(field => field.Key == section).Value;

    /// <summary>Reads a component's own metadata, not that of the modules in it. What cannot be read is passed over: it is only a remark.</summary>
    /// <param name="binary">A valid component.</param>
    public static ComponentMetadata Read(ReadOnlySpan<byte> binary)
    {
        string? name = null;
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var place in CustomSections.Find(binary).Where(place => place.Name is not null))
        {
            var content = binary[place.Content..place.End];
            if (place.Name == NameSection)
            {
                name = ReadName(content) ?? name;
            }
            else if (ReadText(content) is { } text)
            {
                texts[place.Name!] = text;
            }
        }
        return new ComponentMetadata(
            name,
            [.. FieldNames.Where(field => texts.ContainsKey(field.Section)).Select(field => KeyValuePair.Create(field.Section, texts[field.Section]))]);
    }

    private static string? ReadText(ReadOnlySpan<byte> content)
    {
        try
        {
            var text = content.Length is > 0 and <= LongestText ? StrictUtf8.GetString(content).Trim() : "";
            return text.Length > 0 && !text.Any(character => char.IsControl(character) && character is not ('\n' or '\t' or '\r')) ? text : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string? ReadName(ReadOnlySpan<byte> content)
    {
        try
        {
            var reader = new WasmReader(content, 0, content.Length, WasmFeatures.Default);
            while (!reader.IsAtEnd)
            {
                var kind = reader.ReadByte();
                var bytes = reader.ReadBytes((int)reader.ReadU32());
                if (kind == 0)
                {
                    var name = new WasmReader(bytes, 0, bytes.Length, WasmFeatures.Default).ReadName();
                    return name.Length is > 0 and <= LongestText && !name.Any(char.IsControl) ? name : null;
                }
            }
        }
        catch (InvalidModuleException)
        {
            // Custom sections may hold anything.
        }
        return null;
    }
}
