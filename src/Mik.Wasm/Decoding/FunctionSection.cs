using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>The function section (core specification 5.5.6): the types of the functions in the code section.</summary>
internal static class FunctionSection
{
    private const int ParameterBytes = 16;

    /// <summary>Decodes the section.</summary>
    /// <returns>The number of functions that the code section must have.</returns>
    public static int Decode(ref WasmReader reader, WasmModule module)
    {
        var count = reader.ReadCount("functions", ModuleLimits.Functions - module.ImportedFunctionCount);
        var offset = reader.Position;
        reader.Budget?.Charge(LoadResource.Functions, count, offset);
        var indices = new int[module.ImportedFunctionCount + count];
        module.FunctionTypeIndices.CopyTo(indices, 0);
        for (var i = module.ImportedFunctionCount; i < indices.Length; i++)
        {
            indices[i] = ReadTypeIndex(ref reader, module);
        }
        // Each method that is made of a function has a signature of its own.
        reader.Budget?.Charge(LoadResource.Declarations, ParameterBytes * indices.Sum(index => (long)module.Types[index].Parameters.Length), offset);
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
        if (module.Definitions[(int)index].Form != TypeForm.Function)
        {
            Throw.Invalid($"type mismatch: type {index} is no function type", offset);
        }
        return (int)index;
    }
}
