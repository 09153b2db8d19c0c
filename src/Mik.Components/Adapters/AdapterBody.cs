using System.Reflection;
using System.Reflection.Emit;
using Mik.Components.HostBinding;
using Mik.Components.Model;
using Mik.Components.Runtime;
using Mik.Wasm.Model;

namespace Mik.Components.Adapters;

/// <summary>
/// The body of an adapter while it is emitted. Every component value lives in a local of its shape's C# type, so the
/// evaluation stack is empty at every branch.
/// </summary>
internal sealed class AdapterBody
{
    private const BindingFlags AnyMember = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly LocalBuilder? _context;

    /// <summary>A body that makes the context of its call, or gets it by reference as its first argument.</summary>
    public AdapterBody(ILGenerator il, AdapterEmitter emitter, WasmValueType pointerType, bool getsContext = false)
    {
        Il = il;
        Emitter = emitter;
        PointerType = pointerType;
        Layout = pointerType == WasmValueType.I64 ? Layout.Memory64 : Layout.Memory32;
        _context = getsContext ? null : il.DeclareLocal(typeof(LiftLowerContext));
    }

    public ILGenerator Il { get; }

    /// <summary>What makes the adapter.</summary>
    public AdapterEmitter Emitter { get; }

    /// <summary>The type of addresses in the guest's memory.</summary>
    public WasmValueType PointerType { get; }

    public Layout Layout { get; }

    /// <summary>Pops the top of the stack into a new local.</summary>
    public LocalBuilder StoreNew(Type type)
    {
        var local = Il.DeclareLocal(type);
        Il.Emit(OpCodes.Stloc, local);
        return local;
    }

    /// <summary>Pushes the address of the <see cref="LiftLowerContext"/> of the call.</summary>
    public void PushContext()
    {
        if (_context is null)
        {
            Il.Emit(OpCodes.Ldarg_0);
        }
        else
        {
            Il.Emit(OpCodes.Ldloca, _context);
        }
    }

    /// <summary>Pushes <paramref name="address"/> plus a constant.</summary>
    public void PushAddress(LocalBuilder address, int offset)
    {
        Il.Emit(OpCodes.Ldloc, address);
        if (offset != 0)
        {
            Il.Emit(OpCodes.Ldc_I4, offset);
            Il.Emit(OpCodes.Add);
        }
    }

    /// <summary>Calls a method that is written in C#.</summary>
    public void Call(Type type, string name, params ReadOnlySpan<Type> typeArguments)
    {
        var method = type.GetMethod(name, AnyMember) ?? throw new MissingMethodException(type.Name, name);
        Il.Emit(OpCodes.Call, typeArguments.IsEmpty ? method : method.MakeGenericMethod(typeArguments.ToArray()));
    }

    /// <summary>The checked address of a range whose guest pointer (<c>ulong</c>) is in a local.</summary>
    public LocalBuilder Region(LocalBuilder pointer, Extent extent)
    {
        PushContext();
        Il.Emit(OpCodes.Ldloc, pointer);
        Il.Emit(OpCodes.Ldc_I8, extent.Size);
        Il.Emit(OpCodes.Ldc_I4, extent.Alignment);
        Call(typeof(LiftLowerContext), nameof(LiftLowerContext.Region));
        return StoreNew(typeof(nint));
    }

    /// <summary>Reads a guest pointer or length from memory, as <c>ulong</c>.</summary>
    public LocalBuilder LoadPointer(LocalBuilder address, int offset)
    {
        PushAddress(address, offset);
        Il.Emit(PointerType == WasmValueType.I64 ? OpCodes.Ldind_I8 : OpCodes.Ldind_U4);
        Il.Emit(OpCodes.Conv_U8);
        return StoreNew(typeof(ulong));
    }

    /// <summary>Writes a guest pointer or length (<c>ulong</c>) to memory.</summary>
    public void StorePointer(LocalBuilder value, LocalBuilder address, int offset)
    {
        PushAddress(address, offset);
        Il.Emit(OpCodes.Ldloc, value);
        if (PointerType == WasmValueType.I64)
        {
            Il.Emit(OpCodes.Stind_I8);
        }
        else
        {
            Il.Emit(OpCodes.Conv_U4);
            Il.Emit(OpCodes.Stind_I4);
        }
    }

    /// <summary>Reads an unsigned integer of 1, 2 or 4 bytes.</summary>
    public LocalBuilder LoadInteger(LocalBuilder address, int offset, int size)
    {
        PushAddress(address, offset);
        Il.Emit(size switch { 1 => OpCodes.Ldind_U1, 2 => OpCodes.Ldind_U2, _ => OpCodes.Ldind_I4 });
        return StoreNew(typeof(int));
    }

    /// <summary>Pops an integer and the address below it, and writes 1, 2 or 4 bytes.</summary>
    public void StoreInteger(int size) =>
        Il.Emit(size switch { 1 => OpCodes.Stind_I1, 2 => OpCodes.Stind_I2, _ => OpCodes.Stind_I4 });

    /// <summary>Traps unless the number in a local is below <paramref name="count"/>.</summary>
    public void CheckCase(LocalBuilder caseIndex, int count)
    {
        var fine = Il.DefineLabel();
        Il.Emit(OpCodes.Ldloc, caseIndex);
        Il.Emit(OpCodes.Ldc_I4, count);
        Il.Emit(OpCodes.Blt_Un, fine);
        Call(typeof(AdapterOperations), nameof(AdapterOperations.ThrowInvalidCase));
        Il.MarkLabel(fine);
    }

    /// <summary>Branches on a case number; <paramref name="otherwise"/> is for cases without payload.</summary>
    public void SwitchCases(CasesShape shape, LocalBuilder caseIndex, Action<int> withPayload, Action otherwise)
    {
        var done = Il.DefineLabel();
        var none = Il.DefineLabel();
        var labels = new Label[shape.Cases.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = shape.Cases[i] is null ? none : Il.DefineLabel();
        }
        Il.Emit(OpCodes.Ldloc, caseIndex);
        Il.Emit(OpCodes.Switch, labels);
        Il.MarkLabel(none);
        otherwise();
        Il.Emit(OpCodes.Br, done);
        for (var i = 0; i < labels.Length; i++)
        {
            if (shape.Cases[i] is not null)
            {
                Il.MarkLabel(labels[i]);
                withPayload(i);
                Il.Emit(OpCodes.Br, done);
            }
        }
        Il.MarkLabel(done);
    }

    /// <summary>
    /// Makes a value of a variant from its case number: <paramref name="loadPayload"/> gives the payload's local.
    /// </summary>
    public LocalBuilder ConstructCase(CasesShape shape, LocalBuilder caseIndex, Func<int, LocalBuilder> loadPayload)
    {
        var value = Il.DeclareLocal(shape.ClrType);
        SwitchCases(
            shape,
            caseIndex,
            i =>
            {
                shape.EmitConstruct(Il, i, loadPayload(i));
                Il.Emit(OpCodes.Stloc, value);
            },
            () => ConstructWithoutPayload(shape, caseIndex, value));
        return value;
    }

    /// <summary>Loops over <paramref name="count"/> (<c>int</c>) elements: index and address of each are in locals.</summary>
    public void ForEachElement(LocalBuilder count, LocalBuilder address, int elementSize, Action<LocalBuilder, LocalBuilder> element)
    {
        Il.Emit(OpCodes.Ldc_I4_0);
        var index = StoreNew(typeof(int));
        Il.Emit(OpCodes.Ldloc, address);
        var current = StoreNew(typeof(nint));
        var test = Il.DefineLabel();
        var body = Il.DefineLabel();
        Il.Emit(OpCodes.Br, test);
        Il.MarkLabel(body);
        element(index, current);
        PushAddress(current, elementSize);
        Il.Emit(OpCodes.Stloc, current);
        Il.Emit(OpCodes.Ldloc, index);
        Il.Emit(OpCodes.Ldc_I4_1);
        Il.Emit(OpCodes.Add);
        Il.Emit(OpCodes.Stloc, index);
        Il.MarkLabel(test);
        Il.Emit(OpCodes.Ldloc, index);
        Il.Emit(OpCodes.Ldloc, count);
        Il.Emit(OpCodes.Blt, body);
    }

    /// <summary>The C# type of a core value.</summary>
    public static Type ClrTypeOf(WasmValueType type) => type.Kind switch
    {
        WasmTypeKind.I32 => typeof(int),
        WasmTypeKind.I64 => typeof(long),
        WasmTypeKind.F32 => typeof(float),
        WasmTypeKind.F64 => typeof(double),
        _ => throw new InvalidOperationException($"{type} is no flat type"),
    };

    /// <summary>Whether a list of these can be copied as bytes: integers of any width (floats have their NaNs made canonical).</summary>
    public static bool IsCopied(ValueShape element) =>
        element is PrimitiveShape { Primitive.Kind: >= ComponentTypeKind.S8 and <= ComponentTypeKind.U64 };

    private void ConstructWithoutPayload(CasesShape shape, LocalBuilder caseIndex, LocalBuilder value)
    {
        if (shape.TryEmitConstruct(Il, caseIndex))
        {
            Il.Emit(OpCodes.Stloc, value);
            return;
        }
        for (var i = 0; i < shape.Cases.Length; i++)
        {
            if (shape.Cases[i] is not null)
            {
                continue;
            }
            var next = Il.DefineLabel();
            Il.Emit(OpCodes.Ldloc, caseIndex);
            Il.Emit(OpCodes.Ldc_I4, i);
            Il.Emit(OpCodes.Bne_Un, next);
            shape.EmitConstruct(Il, i, null);
            Il.Emit(OpCodes.Stloc, value);
            Il.MarkLabel(next);
        }
    }
}
