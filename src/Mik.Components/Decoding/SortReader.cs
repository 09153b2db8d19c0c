using Mik.Components.Model;
using Mik.Components.Validation;
using Mik.Wasm.Decoding;

namespace Mik.Components.Decoding;

/// <summary>Reads sorts and references to items (Binary.md, "sort", "sortidx", "externname").</summary>
internal static class SortReader
{
    private const int CoreSorts = 0x100;

    public static Sort ReadSort(ref WasmReader reader)
    {
        var offset = reader.Position;
        var encoding = reader.ReadByte();
        switch (encoding)
        {
            case 0x00:
                return ReadCoreSort(ref reader);
            case 0x02:
                Reject.Unsupported("the sort value", "component-model values", offset);
                return default;
            case <= 0x05:
                return (Sort)encoding;
            default:
                Reject.Malformed($"malformed sort 0x{encoding:x2}", offset);
                return default;
        }
    }

    public static Sort ReadCoreSort(ref WasmReader reader)
    {
        var offset = reader.Position;
        var encoding = reader.ReadByte();
        if (encoding is not (<= 0x04 or 0x10 or 0x11 or 0x12))
        {
            Reject.Malformed($"malformed core sort 0x{encoding:x2}", offset);
        }
        return (Sort)(CoreSorts + encoding);
    }

    /// <summary>Reads the name of an import or export with its attributes.</summary>
    public static ExternName ReadExternName(ref WasmReader reader, string what, out NameAttributes attributes)
    {
        var offset = reader.Position;
        var form = reader.ReadByte();
        if (form > 0x02)
        {
            Reject.Malformed($"malformed {what} name: unknown form 0x{form:x2}", offset);
        }
        var name = Validation.NameRules.Parse(reader.ReadName(), what, offset);
        attributes = form == 0x02 ? NameAttributes.Read(ref reader, name) : default;
        return name;
    }
}
