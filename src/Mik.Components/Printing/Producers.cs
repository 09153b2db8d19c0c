using Mik.Wasm.Decoding;
using Mik.Wasm.Model;

namespace Mik.Components.Printing;

/// <summary>A line of a <c>producers</c> custom section (tool-conventions, ProducersSection.md).</summary>
/// <param name="Field"><c>language</c>, <c>processed-by</c> or <c>sdk</c>.</param>
/// <param name="Name">The producer.</param>
/// <param name="Version">Its version, or "".</param>
public readonly record struct Producer(string Field, string Name, string Version);

/// <summary>Reads the <c>producers</c> sections of a component and of everything in it.</summary>
public static class Producers
{
    private const int HeaderLength = 8;
    private const int MostNesting = 100;

    /// <summary>Each producer once, in order. A section that cannot be read is passed over: it is only a remark.</summary>
    /// <param name="binary">A valid component.</param>
    public static IReadOnlyList<Producer> Read(ReadOnlySpan<byte> binary)
    {
        var found = new List<Producer>();
        ReadSections(binary, isComponent: true, found, MostNesting);
        return [.. found.Distinct()];
    }

    private static void ReadSections(ReadOnlySpan<byte> binary, bool isComponent, List<Producer> found, int nesting)
    {
        if (binary.Length < HeaderLength || nesting == 0)
        {
            return;
        }
        var reader = new WasmReader(binary, HeaderLength, binary.Length - HeaderLength, WasmFeatures.Default);
        while (!reader.IsAtEnd)
        {
            var id = reader.ReadByte();
            var content = reader.ReadBytes((int)reader.ReadU32());
            if (id == 0)
            {
                ReadCustom(content, found);
            }
            else if (isComponent && id is 1 or 4)
            {
                ReadSections(content, id == 4, found, nesting - 1);
            }
        }
    }

    private static void ReadCustom(ReadOnlySpan<byte> content, List<Producer> found)
    {
        try
        {
            var reader = new WasmReader(content, 0, content.Length, WasmFeatures.Default);
            if (reader.ReadName() != "producers")
            {
                return;
            }
            var fields = reader.ReadU32();
            for (var i = 0u; i < fields; i++)
            {
                var field = reader.ReadName();
                var count = reader.ReadU32();
                for (var j = 0u; j < count; j++)
                {
                    found.Add(new(field, reader.ReadName(), reader.ReadName()));
                }
            }
        }
        catch (InvalidModuleException)
        {
            // Custom sections may hold anything.
        }
    }
}
