using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>The table section (core specification 5.5.7).</summary>
internal static class TableSection
{
    private const byte InitializerEncoding = 0x40;

    public static void Decode(ref WasmReader reader, WasmModule module)
    {
        var count = reader.ReadCount("tables", ModuleLimits.Tables - Math.Min(module.Tables.Length, ModuleLimits.Tables), elementBytes: 3, memoryBytes: 100);
        var tables = new TableDefinition[module.Tables.Length + count];
        module.Tables.CopyTo(tables, 0);
        for (var i = module.Tables.Length; i < tables.Length; i++)
        {
            if (reader.PeekByte() == InitializerEncoding)
            {
                Throw.Unsupported("a table with an initializer", Proposals.FunctionReferences, reader.Position);
            }
            tables[i] = new TableDefinition(LimitsDecoder.ReadTableType(ref reader), Initializer: null);
        }
        module.Tables = tables;
    }
}
