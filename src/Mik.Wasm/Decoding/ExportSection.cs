using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>The export section (core specification 5.5.10).</summary>
internal static class ExportSection
{
    public static void Decode(ref WasmReader reader, WasmModule module)
    {
        var exports = new WasmExport[reader.ReadCount("exports", ModuleLimits.Exports, elementBytes: 3, memoryBytes: 200)];
        for (var i = 0; i < exports.Length; i++)
        {
            var name = reader.ReadName();
            var offset = reader.Position;
            var kind = reader.ReadByte();
            if (kind == (byte)ExternalKind.Tag)
            {
                reader.Require(WasmFeatures.Exceptions, "a tag export", offset);
            }
            if (kind > (byte)ExternalKind.Tag)
            {
                Throw.Malformed("malformed export kind", offset);
            }
            exports[i] = new WasmExport(name, (ExternalKind)kind, (int)reader.ReadU32());
        }
        module.Exports = exports.AsImmutable();
    }
}
