using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>The type section (core specification 5.5.4).</summary>
internal static class TypeSection
{
    private const byte FunctionTypeEncoding = 0x60;

    public static void Decode(ref WasmReader reader, WasmModule module)
    {
        var types = new FunctionType[reader.ReadCount("types", ModuleLimits.Types, elementBytes: 3, memoryBytes: 500)];
        reader.Budget?.Charge(LoadResource.Types, types.Length, reader.Position);
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = ReadFunctionType(ref reader);
        }
        module.Types = types;
    }

    private static FunctionType ReadFunctionType(ref WasmReader reader)
    {
        var offset = reader.Position;
        var encoding = reader.ReadByte();
        if (encoding != FunctionTypeEncoding)
        {
            if (encoding is (>= 0x4C and <= 0x50) or 0x5E or 0x5F)
            {
                Throw.Unsupported($"type definition 0x{encoding:x2}", Proposals.GarbageCollection, offset);
            }
            Throw.Malformed("malformed definition type", offset);
        }
        var parameters = ReadValueTypes(ref reader, "parameters", ModuleLimits.Parameters);
        var results = ReadValueTypes(ref reader, "results", ModuleLimits.Results);
        return new FunctionType(parameters, results);
    }

    private static WasmValueType[] ReadValueTypes(ref WasmReader reader, string what, int limit)
    {
        var types = new WasmValueType[reader.ReadCount(what, limit, memoryBytes: 8)];
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = reader.ReadValueType();
        }
        return types;
    }
}
