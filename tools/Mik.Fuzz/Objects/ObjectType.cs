namespace Mik.Fuzz.Objects;

/// <summary>A value type of a generated module.</summary>
/// <param name="Code">The encoding of a number or of an abstract heap type; 0 for a type of the module.</param>
/// <param name="Index">The index of a type of the module.</param>
/// <param name="IsNonNull">Whether null is none of its values.</param>
internal readonly record struct ValueOf(byte Code, int Index = 0, bool IsNonNull = false)
{
    public static readonly ValueOf I32 = new(0x7F);
    public static readonly ValueOf I64 = new(0x7E);
    public static readonly ValueOf F32 = new(0x7D);
    public static readonly ValueOf F64 = new(0x7C);
    public static readonly ValueOf V128 = new(0x7B);
    public static readonly ValueOf Func = new(0x70);
    public static readonly ValueOf Extern = new(0x6F);
    public static readonly ValueOf Any = new(0x6E);
    public static readonly ValueOf Eq = new(0x6D);
    public static readonly ValueOf I31 = new(0x6C);
    public static readonly ValueOf Struct = new(0x6B);
    public static readonly ValueOf Array = new(0x6A);
    public static readonly ValueOf Exn = new(0x69);

    /// <summary>Whether it is no reference.</summary>
    public bool IsNumber => Code >= V128.Code;

    /// <summary>A reference to a type of the module, with null.</summary>
    public static ValueOf To(int index) => new(0, index);

    /// <summary>Writes it.</summary>
    public void Write(ByteWriter code)
    {
        if (IsNumber)
        {
            code.Byte(Code);
            return;
        }
        code.Byte(IsNonNull ? 0x64 : 0x63);
        WriteHeap(code);
    }

    /// <summary>Writes the heap type of a reference.</summary>
    public void WriteHeap(ByteWriter code)
    {
        if (Code == 0)
        {
            code.Signed(Index);
        }
        else
        {
            code.Byte(Code);
        }
    }
}

/// <summary>A field of a structure, or the one of an array's elements.</summary>
/// <param name="Type">Its value; <c>i32</c> when it is packed.</param>
/// <param name="Packing">The encoding of <c>i8</c> or <c>i16</c>; 0 for none.</param>
/// <param name="IsMutable">Whether it can be set.</param>
internal readonly record struct FieldOf(ValueOf Type, byte Packing, bool IsMutable);

/// <summary>What a type of a generated module is the type of; the values are the encodings.</summary>
internal enum FormOf
{
    Function = 0x60,
    Struct = 0x5F,
    Array = 0x5E,
}

/// <summary>A type of a generated module.</summary>
/// <param name="Form">What it is the type of.</param>
/// <param name="Super">The index of its supertype, or -1.</param>
/// <param name="IsFinal">Whether no type may extend it.</param>
/// <param name="Fields">Of structures; of an array the one of its elements.</param>
/// <param name="Parameters">Of functions.</param>
/// <param name="Results">Of functions.</param>
internal sealed record ObjectType(FormOf Form, int Super, bool IsFinal, FieldOf[] Fields, ValueOf[] Parameters, ValueOf[] Results);
