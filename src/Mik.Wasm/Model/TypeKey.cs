using System.Buffers.Binary;

namespace Mik.Wasm.Model;

/// <summary>Writes a recursion group so that equal ones have equal bytes: its own types by their place, those of other groups by their number.</summary>
internal static class TypeKey
{
    /// <summary>The bytes of a group.</summary>
    public static byte[] Of(ReadOnlySpan<SubType> types)
    {
        using var key = new MemoryStream();
        Span<byte> number = stackalloc byte[4];
        foreach (var type in types)
        {
            key.WriteByte((byte)(((int)type.Form << 1) | (type.IsFinal ? 1 : 0)));
            key.WriteByte((byte)(type.Super is not null ? 2 : type.SuperType >= 0 ? 1 : 0));
            Write(key, number, type.Super?.Number ?? type.SuperType);
            Write(key, number, type.Parameters);
            Write(key, number, type.Results);
            Write(key, number, type.Fields.Length);
            foreach (var field in type.Fields)
            {
                key.WriteByte((byte)field.Packing);
                key.WriteByte(field.IsMutable ? (byte)1 : (byte)0);
                Write(key, number, field.Value);
            }
        }
        return key.ToArray();
    }

    private static void Write(MemoryStream key, Span<byte> number, WasmValueType[] types)
    {
        Write(key, number, types.Length);
        foreach (var type in types)
        {
            Write(key, number, type);
        }
    }

    private static void Write(MemoryStream key, Span<byte> number, WasmValueType type)
    {
        key.WriteByte((byte)type.Kind);
        if (type.IsReference)
        {
            key.WriteByte((byte)type.HeapType);
            key.WriteByte(type.IsNonNull ? (byte)1 : (byte)0);
            Write(key, number, type.TypeNumber);
        }
    }

    private static void Write(MemoryStream key, Span<byte> number, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(number, value);
        key.Write(number);
    }
}
