using System.Collections.Immutable;
using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>Reads one type of a recursion group (core specification 5.3.7 to 5.3.9).</summary>
internal static class SubTypeReader
{
    private const byte FunctionEncoding = 0x60;
    private const byte StructEncoding = 0x5F;
    private const byte ArrayEncoding = 0x5E;
    private const byte SubEncoding = 0x50;
    private const byte FinalEncoding = 0x4F;

    /// <summary>Reads a type.</summary>
    /// <param name="reader">Where it is.</param>
    /// <param name="space">The types that it may refer to.</param>
    /// <param name="place">Its place in the group.</param>
    public static SubType Read(ref WasmReader reader, TypeSpace space, int place)
    {
        var offset = reader.Position;
        var isFinal = true;
        WasmTypeDefinition? super = null;
        var superType = -1;
        if (reader.PeekByte() is SubEncoding or FinalEncoding)
        {
            isFinal = reader.ReadByte() == FinalEncoding;
            reader.Require(WasmFeatures.Gc, "a sub type", offset);
            var count = reader.ReadCount("supertypes", ModuleLimits.Types);
            for (var i = 0; i < count; i++)
            {
                var index = reader.ReadU32();
                if (count > 1)
                {
                    continue;
                }
                if (index < space.Types.Count)
                {
                    super = space.At(index, offset);
                }
                else if (index < space.Types.Count + place)
                {
                    superType = (int)index - space.Types.Count;
                }
                else
                {
                    Throw.Invalid($"unknown type {index}: a supertype must come before its sub types", offset);
                }
            }
            if (count > 1)
            {
                Throw.Invalid("a sub type has at most one supertype", offset);
            }
        }
        offset = reader.Position;
        var encoding = reader.ReadByte();
        switch (encoding)
        {
            case FunctionEncoding:
                var parameters = ReadValueTypes(ref reader, "parameters", ModuleLimits.Parameters);
                return new(isFinal, super, superType, TypeForm.Function, parameters, ReadValueTypes(ref reader, "results", ModuleLimits.Results), []);
            case StructEncoding:
                reader.Require(WasmFeatures.Gc, "a structure type", offset);
                var fields = new FieldType[reader.ReadCount("fields", ModuleLimits.Fields, elementBytes: 2, memoryBytes: 16)];
                for (var i = 0; i < fields.Length; i++)
                {
                    fields[i] = ReadField(ref reader);
                }
                return new(isFinal, super, superType, TypeForm.Struct, [], [], fields.AsImmutable());
            case ArrayEncoding:
                reader.Require(WasmFeatures.Gc, "an array type", offset);
                return new(isFinal, super, superType, TypeForm.Array, [], [], [ReadField(ref reader)]);
            default:
                Throw.Malformed("malformed definition type", offset);
                return null!;
        }
    }

    private static ImmutableArray<WasmValueType> ReadValueTypes(ref WasmReader reader, string what, int limit)
    {
        var types = new WasmValueType[reader.ReadCount(what, limit, memoryBytes: 8)];
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = reader.ReadValueType();
        }
        return types.AsImmutable();
    }

    private static FieldType ReadField(ref WasmReader reader)
    {
        var packing = FieldPacking.None;
        var type = WasmValueType.I32;
        if (reader.PeekByte() is (byte)FieldPacking.I8 or (byte)FieldPacking.I16)
        {
            packing = (FieldPacking)reader.ReadByte();
        }
        else
        {
            type = reader.ReadValueType();
        }
        var offset = reader.Position;
        var mutability = reader.ReadByte();
        if (mutability > 1)
        {
            Throw.Malformed("malformed mutability", offset);
        }
        return new FieldType(type, packing, mutability == 1);
    }
}
