using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>The data section (core specification 5.5.14). Contents stay in the module's bytes.</summary>
internal static class DataSection
{
    private const uint Active = 0;
    private const uint Passive = 1;
    private const uint ActiveWithMemoryIndex = 2;

    public static void Decode(ref WasmReader reader, WasmModule module)
    {
        var segments = new DataSegment[reader.ReadCount("data segments", ModuleLimits.DataSegments, elementBytes: 2, memoryBytes: 150)];
        for (var i = 0; i < segments.Length; i++)
        {
            var offset = reader.Position;
            var flags = reader.ReadU32();
            if (flags is not (Active or Passive or ActiveWithMemoryIndex))
            {
                Throw.Malformed("malformed data segment kind", offset);
            }
            var memoryIndex = flags == ActiveWithMemoryIndex ? (int)reader.ReadU32() : 0;
            var address = flags == Passive ? default : ConstantExpressionDecoder.Read(ref reader);
            var contents = reader.ReadRange(reader.ReadU32());
            segments[i] = new DataSegment(
                flags == Passive ? SegmentMode.Passive : SegmentMode.Active, memoryIndex, address, contents.Position, contents.Remaining);
        }
        module.Data = segments;
    }
}
