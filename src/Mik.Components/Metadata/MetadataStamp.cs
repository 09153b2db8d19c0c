using System.Text;
using Mik.Components.Composition;
using Mik.Wasm.Decoding;
using Mik.Wasm.Model;

namespace Mik.Components.Metadata;

/// <summary>Writes name, version and a producer into a component, in the place of what it says of them; all else stays as it is.</summary>
public static class MetadataStamp
{
    private const string ProducersSection = "producers";
    private const string ProcessedBy = "processed-by";

    /// <summary>Writes them.</summary>
    /// <param name="binary">A valid component.</param>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="producer">Name and version of the tool that processed it.</param>
    public static byte[] Write(ReadOnlySpan<byte> binary, string name, string version, (string Name, string Version) producer)
    {
        var output = new MemoryStream();
        output.Write(binary[..CustomSections.HeaderLength]);
        byte[] names = [];
        var producers = new OrderedDictionary<string, OrderedDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var place in CustomSections.Find(binary))
        {
            var content = binary[place.Content..place.End];
            var isReplaced = place.Name switch
            {
                ComponentMetadata.VersionSection => true,
                ComponentMetadata.NameSection => TryKeepOtherNames(content, ref names),
                ProducersSection => TryReadProducers(content, producers),
                _ => false,
            };
            if (!isReplaced)
            {
                output.Write(binary[place.Start..place.End]);
            }
        }
        if (!producers.TryGetValue(ProcessedBy, out var tools))
        {
            producers.Add(ProcessedBy, tools = new(StringComparer.Ordinal));
        }
        tools[producer.Name] = producer.Version;
        byte[] own = SectionWriter.Name(name);
        WriteCustom(output, ComponentMetadata.NameSection, [0x00, .. SectionWriter.Unsigned((uint)own.Length), .. own, .. names]);
        WriteCustom(output, ComponentMetadata.VersionSection, Encoding.UTF8.GetBytes(version));
        WriteCustom(output, ProducersSection, Producers(producers));
        return output.ToArray();
    }

    private static void WriteCustom(MemoryStream output, string name, ReadOnlySpan<byte> content)
    {
        byte[] head = SectionWriter.Name(name);
        output.WriteByte(0);
        output.Write(SectionWriter.Unsigned((uint)(head.Length + content.Length)));
        output.Write(head);
        output.Write(content);
    }

    private static byte[] Producers(OrderedDictionary<string, OrderedDictionary<string, string>> producers) =>
    [
        .. SectionWriter.Unsigned((uint)producers.Count),
        .. producers.SelectMany(field => (byte[])
        [
            .. SectionWriter.Name(field.Key),
            .. SectionWriter.Unsigned((uint)field.Value.Count),
            .. field.Value.SelectMany(tool => (byte[])[.. SectionWriter.Name(tool.Key), .. SectionWriter.Name(tool.Value)]),
        ]),
    ];

    /// <summary>Keeps the names of what is inside, which debuggers read.</summary>
    private static bool TryKeepOtherNames(ReadOnlySpan<byte> content, ref byte[] names)
    {
        try
        {
            var kept = new MemoryStream();
            var reader = new WasmReader(content, 0, content.Length, WasmFeatures.Default);
            while (!reader.IsAtEnd)
            {
                var start = reader.Position;
                var kind = reader.ReadByte();
                reader.ReadBytes((int)reader.ReadU32());
                if (kind != 0)
                {
                    kept.Write(content[start..reader.Position]);
                }
            }
            names = kept.ToArray();
            return true;
        }
        catch (InvalidModuleException)
        {
            return true;
        }
    }

    private static bool TryReadProducers(ReadOnlySpan<byte> content, OrderedDictionary<string, OrderedDictionary<string, string>> producers)
    {
        var read = new List<(string Field, string Name, string Version)>();
        try
        {
            var reader = new WasmReader(content, 0, content.Length, WasmFeatures.Default);
            for (var fields = reader.ReadU32(); fields > 0; fields--)
            {
                var field = reader.ReadName();
                for (var tools = reader.ReadU32(); tools > 0; tools--)
                {
                    read.Add((field, reader.ReadName(), reader.ReadName()));
                }
            }
        }
        catch (InvalidModuleException)
        {
            return false;
        }
        foreach (var (field, name, version) in read)
        {
            if (!producers.TryGetValue(field, out var tools))
            {
                producers.Add(field, tools = new(StringComparer.Ordinal));
            }
            tools[name] = version;
        }
        return true;
    }
}
