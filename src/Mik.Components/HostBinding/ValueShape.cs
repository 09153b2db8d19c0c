using System.Reflection.Emit;
using Mik.Components.Model;
using Mik.Components.Runtime;

namespace Mik.Components.HostBinding;

/// <summary>
/// How values of a component type look in C#: a tree parallel to the type. The canonical ABI's emitters walk it; what differs
/// between C# representations (typed structs, the boxed values of the embedding API) is in the subclasses.
/// </summary>
/// <param name="Type">The component type.</param>
/// <param name="ClrType">The C# type; a value of the shape lives in a local of this type.</param>
internal abstract record ValueShape(ComponentValueType Type, Type ClrType);

/// <summary>Numbers, <c>bool</c> and <c>char</c>.</summary>
internal sealed record PrimitiveShape(PrimitiveType Primitive, Type ClrType) : ValueShape(Primitive, ClrType)
{
    /// <summary>The C# type of a primitive other than <c>string</c>.</summary>
    public static Type ClrTypeOf(ComponentTypeKind kind) => kind switch
    {
        ComponentTypeKind.Bool => typeof(bool),
        ComponentTypeKind.S8 => typeof(sbyte),
        ComponentTypeKind.U8 => typeof(byte),
        ComponentTypeKind.S16 => typeof(short),
        ComponentTypeKind.U16 => typeof(ushort),
        ComponentTypeKind.S32 => typeof(int),
        ComponentTypeKind.U32 => typeof(uint),
        ComponentTypeKind.S64 => typeof(long),
        ComponentTypeKind.U64 => typeof(ulong),
        ComponentTypeKind.F32 => typeof(float),
        ComponentTypeKind.F64 => typeof(double),
        ComponentTypeKind.Char => typeof(System.Text.Rune),
        _ => throw new InvalidOperationException($"{kind} is no primitive value"),
    };
}

/// <summary>
/// <c>string</c> as <see cref="string"/>, or UTF-8 as <c>ReadOnlySpan&lt;byte&gt;</c> (in), <c>byte[]</c> or <c>ReadOnlyMemory&lt;byte&gt;</c> (out).
/// </summary>
internal sealed record StringShape(ComponentValueType Type, Type ClrType) : ValueShape(Type, ClrType);

/// <summary>A list as an array; <c>list&lt;u8&gt;</c> also as <c>ReadOnlySpan&lt;byte&gt;</c> (in) or <c>ReadOnlyMemory&lt;byte&gt;</c> (out).</summary>
internal sealed record ListShape(ListType List, Type ClrType, ValueShape Element) : ValueShape(List, ClrType);

/// <summary><c>flags</c> as an enum or an integer; bit i is label i.</summary>
internal sealed record FlagsShape(FlagsType Flags, Type ClrType) : ValueShape(Flags, ClrType);

/// <summary><c>enum</c> as a C# enum or an integer whose value is the label's index.</summary>
internal sealed record EnumShape(EnumType Enum, Type ClrType) : ValueShape(Enum, ClrType);

/// <summary><c>own</c> or <c>borrow</c> as the object behind the handle: the host's resource object, or a <see cref="GuestResource"/>.</summary>
internal sealed record HandleShape(ComponentValueType Type, Type ClrType) : ValueShape(Type, ClrType)
{
    public ResourceVariable Resource => Type is OwnType own ? own.Resource : ((BorrowType)Type).Resource;

    public bool IsOwn => Type is OwnType;
}

/// <summary>A <c>stream</c> or <c>future</c> as <see cref="GuestStream"/>, <see cref="GuestFuture{T}"/>, or between guests as what they are inside.</summary>
internal sealed record EndShape(AsyncValueType End, Type ClrType) : ValueShape(End, ClrType)
{
    /// <summary>The class whose methods <c>Lift</c> and <c>Lower</c> adapters call.</summary>
    public Type Transfer => ClrType == typeof(Transmission) ? typeof(EndTransfer) : ClrType;
}

/// <summary>A record or a tuple.</summary>
internal abstract record FieldsShape(ComponentValueType Type, Type ClrType, ValueShape[] Fields) : ValueShape(Type, ClrType)
{
    /// <summary>Pushes a value made of the fields.</summary>
    public abstract void EmitConstruct(ILGenerator il, LocalBuilder[] fields);

    /// <summary>Pushes a field of the value.</summary>
    public abstract void EmitGetField(ILGenerator il, LocalBuilder value, int index);
}

/// <summary>A variant, option or result: a case and its payload.</summary>
internal abstract record CasesShape(ComponentValueType Type, Type ClrType, ValueShape?[] Cases) : ValueShape(Type, ClrType)
{
    /// <summary>Pushes a value of the case.</summary>
    public abstract void EmitConstruct(ILGenerator il, int caseIndex, LocalBuilder? payload);

    /// <summary>Pushes a value of a case without payload whose index is in a local; false where the C# type offers no such way.</summary>
    public virtual bool TryEmitConstruct(ILGenerator il, LocalBuilder caseIndex) => false;

    /// <summary>Pushes the index of the value's case.</summary>
    public abstract void EmitGetCase(ILGenerator il, LocalBuilder value);

    /// <summary>Pushes the payload of a value that is known to be of the case.</summary>
    public abstract void EmitGetPayload(ILGenerator il, LocalBuilder value, int caseIndex);
}
