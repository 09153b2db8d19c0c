using Mik.Wasm.Decoding;
using Mik.Wasm.Model;

namespace Mik.Components.Metadata;

/// <summary>The sections of a component's own level, with the names and contents of custom ones.</summary>
internal static class CustomSections
{
    /// <summary>The bytes before the first section.</summary>
    public const int HeaderLength = 8;

    /// <summary>Where each section is.</summary>
    /// <param name="binary">A valid component.</param>
    public static IReadOnlyList<SectionPlace> Find(ReadOnlySpan<byte> binary)
    {
        var found = new List<SectionPlace>();
        var reader = new WasmReader(binary, HeaderLength, binary.Length - HeaderLength, WasmFeatures.Default);
        while (!reader.IsAtEnd)
        {
            var start = reader.Position;
            var id = reader.ReadByte();
            var length = reader.ReadU32();
            var content = reader.Position;
            var bytes = reader.ReadBytes((int)length);
            found.Add(id == 0 ? Custom(bytes, start, content) : new SectionPlace(start, content + bytes.Length, Name: null, content));
        }
        return found;
    }

    private static SectionPlace Custom(ReadOnlySpan<byte> bytes, int start, int content)
    {
        try
        {
            var reader = new WasmReader(bytes, 0, bytes.Length, WasmFeatures.Default);
            var name = reader.ReadName();
            return new SectionPlace(start, content + bytes.Length, name, content + reader.Position);
        }
        catch (InvalidModuleException)
        {
            return new SectionPlace(start, content + bytes.Length, Name: null, content);
        }
    }
}

/// <summary>Where a section is.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The byte after its last one.</param>
/// <param name="Name">The name of a custom section; null for others.</param>
/// <param name="Content">Where its content begins, behind the name.</param>
internal readonly record struct SectionPlace(int Start, int End, string? Name, int Content);
