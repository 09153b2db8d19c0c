using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>The global section (core specification 5.5.9).</summary>
internal static class GlobalSection
{
    public static void Decode(ref WasmReader reader, WasmModule module)
    {
        var globals = new GlobalDefinition[reader.ReadCount("globals", ModuleLimits.Globals, elementBytes: 3, memoryBytes: 200)];
        for (var i = 0; i < globals.Length; i++)
        {
            var type = ReadGlobalType(ref reader);
            globals[i] = new GlobalDefinition(type, ConstantExpressionDecoder.Read(ref reader));
        }
        module.Globals = globals;
        module.GlobalTypes = [.. module.GlobalTypes, .. Array.ConvertAll(globals, global => global.Type)];
    }

    public static GlobalType ReadGlobalType(ref WasmReader reader)
    {
        var type = reader.ReadValueType();
        var offset = reader.Position;
        var mutability = reader.ReadByte();
        if (mutability > 1)
        {
            Throw.Malformed("malformed mutability", offset);
        }
        return new GlobalType(type, mutability == 1);
    }
}
