using System.Reflection;
using System.Runtime.Intrinsics;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Objects;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>How the elements of an array are kept, read and written in emitted code.</summary>
internal sealed class ElementKind
{
    private static readonly FieldInfo RefValue = typeof(Ref).GetField(nameof(Ref.Value))!;

    private readonly FieldType _type;

    private ElementKind(FieldType type)
    {
        _type = type;
        var kept = Shape.ClassOf(type);
        Class = kept == typeof(object) ? typeof(Ref) : kept;
        Elements = typeof(GuestArrayOf<>).MakeGenericType(Class).GetField(nameof(GuestArrayOf<int>.Elements))!;
    }

    /// <summary>The class of the elements.</summary>
    public Type Class { get; }

    /// <summary>The field with the elements.</summary>
    public FieldInfo Elements { get; }

    /// <summary>Whether they are objects.</summary>
    public bool AreObjects => Class == typeof(Ref);

    /// <summary>The type of the values.</summary>
    public StackType StackType => StackTypes.Of(_type.Value);

    /// <summary>The elements of an array type.</summary>
    public static ElementKind Of(WasmTypeDefinition array) => new(array.Fields[0]);

    /// <summary>A method of <see cref="ArrayOperations"/> for elements of this kind.</summary>
    public MethodInfo Operation(string name)
    {
        var method = typeof(ArrayOperations).GetMethod(name)!;
        return method.IsGenericMethodDefinition ? method.MakeGenericMethod(Class) : method;
    }

    /// <summary>Makes the value on the IL stack one that methods take for an element.</summary>
    public void EmitNarrow(IlWriter il)
    {
        switch (_type.Packing)
        {
            case FieldPacking.I8:
                il.Emit(Il.Conv_I1);
                break;
            case FieldPacking.I16:
                il.Emit(Il.Conv_I2);
                break;
        }
    }

    /// <summary>Elements and index are on the IL stack; leaves the value.</summary>
    public void EmitLoad(IlWriter il, bool isUnsigned)
    {
        if (AreObjects)
        {
            il.Emit(Il.Ldelema, Class);
            il.Emit(Il.Ldfld, RefValue);
            return;
        }
        switch (_type.Packing)
        {
            case FieldPacking.I8:
                il.Emit(isUnsigned ? Il.Ldelem_U1 : Il.Ldelem_I1);
                return;
            case FieldPacking.I16:
                il.Emit(isUnsigned ? Il.Ldelem_U2 : Il.Ldelem_I2);
                return;
        }
        switch (StackType)
        {
            case StackType.I32:
                il.Emit(Il.Ldelem_I4);
                break;
            case StackType.I64:
                il.Emit(Il.Ldelem_I8);
                break;
            case StackType.F32:
                il.Emit(Il.Ldelem_R4);
                break;
            case StackType.F64:
                il.Emit(Il.Ldelem_R8);
                break;
            case StackType.V128:
                il.Emit(Il.Ldelem, typeof(Vector128<byte>));
                break;
            default:
                il.Emit(Il.Ldelem_I);
                break;
        }
    }

    /// <summary>Writes an element; elements and index are on the IL stack.</summary>
    public void EmitStore(IlWriter il, Action loadValue)
    {
        if (AreObjects)
        {
            il.Emit(Il.Ldelema, Class);
            loadValue();
            il.Emit(Il.Stfld, RefValue);
            return;
        }
        loadValue();
        switch (_type.Packing)
        {
            case FieldPacking.I8:
                il.Emit(Il.Stelem_I1);
                return;
            case FieldPacking.I16:
                il.Emit(Il.Stelem_I2);
                return;
        }
        switch (StackType)
        {
            case StackType.I32:
                il.Emit(Il.Stelem_I4);
                break;
            case StackType.I64:
                il.Emit(Il.Stelem_I8);
                break;
            case StackType.F32:
                il.Emit(Il.Stelem_R4);
                break;
            case StackType.F64:
                il.Emit(Il.Stelem_R8);
                break;
            case StackType.V128:
                il.Emit(Il.Stelem, typeof(Vector128<byte>));
                break;
            default:
                il.Emit(Il.Stelem_I);
                break;
        }
    }
}
