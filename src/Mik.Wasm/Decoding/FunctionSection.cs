using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>The function section (core specification 5.5.6): the types of the functions in the code section.</summary>
internal static class FunctionSection
{
    /// <summary>Decodes the section.</summary>
    /// <returns>The number of functions that the code section must have.</returns>
    public static int Decode(ref WasmReader reader, WasmModule module)
    {
        var count = reader.ReadCount("functions", ModuleLimits.Functions - module.ImportedFunctionCount);
        var indices = new int[module.ImportedFunctionCount + count];
        module.FunctionTypeIndices.CopyTo(indices, 0);
        for (var i = module.ImportedFunctionCount; i < indices.Length; i++)
        {
            indices[i] = ReadTypeIndex(ref reader, module);
        }
        module.FunctionTypeIndices = indices;
        return count;
    }

    /// <summary>Reads the index of a type that must exist.</summary>
    public static int ReadTypeIndex(ref WasmReader reader, WasmModule module)
    {
        var offset = reader.Position;
        var index = reader.ReadU32();
        if (index >= (uint)module.Types.Length)
        {
            Throw.Invalid($"unknown type {index}", offset);
        }
        return (int)index;
    }
}
