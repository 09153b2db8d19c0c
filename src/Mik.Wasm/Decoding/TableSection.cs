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
            tables[i] = reader.PeekByte() == InitializerEncoding
                ? ReadInitialized(ref reader)
                : new TableDefinition(LimitsDecoder.ReadTableType(ref reader), Initializer: null);
        }
        module.Tables = tables;
    }

    private static TableDefinition ReadInitialized(ref WasmReader reader)
    {
        var offset = reader.Position;
        reader.Require(WasmFeatures.FunctionReferences, "a table with an initializer", offset);
        reader.ReadByte();
        if (reader.ReadByte() != 0)
        {
            Throw.Malformed("malformed table: zero byte expected", offset);
        }
        var type = LimitsDecoder.ReadTableType(ref reader);
        return new TableDefinition(type, ConstantExpressionDecoder.Read(ref reader));
    }
}
