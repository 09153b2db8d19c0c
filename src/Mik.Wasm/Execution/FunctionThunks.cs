using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using Mik.Wasm.Model;

namespace Mik.Wasm.Execution;

/// <summary>
/// The two emitted methods of a function type that translate between values in 16-byte slots and the engine's calling
/// convention: one calls any function of the type, the other is the entry point of host functions. They belong to no
/// module, are made when first needed and unload with the last type that has their signature.
/// </summary>
internal sealed unsafe class FunctionThunks
{
    private const int SlotSize = 16;
    private static readonly Dictionary<string, WeakReference<FunctionThunks>> BySignature = new(StringComparer.Ordinal);
    private static readonly Lock Gate = new();
    private readonly Type _owner;
    private readonly string _signature;

    private FunctionThunks(FunctionType type, string signature)
    {
        _signature = signature;
        CollectibleCode.Make();
        var builder = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("mik.thunks"), AssemblyBuilderAccess.RunAndCollect)
            .DefineDynamicModule("mik.thunks")
            .DefineType("Thunks", TypeAttributes.NotPublic | TypeAttributes.Abstract | TypeAttributes.Sealed);
        EmitInvoke(builder, type);
        EmitHost(builder, type);
        _owner = builder.CreateType();
        Invoke = (delegate*<nint, nint, WasmValue*, WasmValue*, void>)EntryOf(nameof(Invoke));
        Host = EntryOf(nameof(Host));
    }

    /// <summary>Calls a function: code, context, arguments, results.</summary>
    public delegate*<nint, nint, WasmValue*, WasmValue*, void> Invoke { get; }

    /// <summary>Entry point of host functions; see <see cref="HostFunction.Dispatch"/>.</summary>
    public nint Host { get; }

    /// <summary>Forgets the signature.</summary>
    ~FunctionThunks()
    {
        lock (Gate)
        {
            if (BySignature.TryGetValue(_signature, out var weak) && !weak.TryGetTarget(out _))
            {
                BySignature.Remove(_signature);
            }
        }
    }

    /// <summary>The thunks of a function type, which keeps them; whoever has a pointer to their code keeps the type.</summary>
    public static FunctionThunks Of(WasmTypeDefinition definition)
    {
        if (definition.Thunks is FunctionThunks known)
        {
            return known;
        }
        var type = definition.Function!;
        var signature = $"{new string(type.Parameters.ConvertAll(LetterOf))}>{new string(type.Results.ConvertAll(LetterOf))}";
        lock (Gate)
        {
            if (!BySignature.TryGetValue(signature, out var weak) || !weak.TryGetTarget(out var thunks))
            {
                thunks = new FunctionThunks(type, signature);
                BySignature[signature] = new WeakReference<FunctionThunks>(thunks);
            }
            definition.Thunks = thunks;
            return thunks;
        }
    }

    private static char LetterOf(WasmValueType type) => type.Kind switch
    {
        WasmTypeKind.I32 => 'i',
        WasmTypeKind.I64 => 'l',
        WasmTypeKind.F32 => 'f',
        WasmTypeKind.F64 => 'd',
        WasmTypeKind.V128 => 'v',
        _ => type.IsFunctionReference ? 'r' : 'o',
    };

    /// <summary>How a value type is passed.</summary>
    public static Type ClrTypeOf(WasmValueType type) => type.Kind switch
    {
        WasmTypeKind.I32 => typeof(int),
        WasmTypeKind.I64 => typeof(long),
        WasmTypeKind.F32 => typeof(float),
        WasmTypeKind.F64 => typeof(double),
        WasmTypeKind.V128 => typeof(Vector128<byte>),
        _ => type.IsFunctionReference ? typeof(nint) : typeof(object),
    };

    /// <summary>Whether a value is an object in emitted code, and a number of the store's list in the slots of host calls.</summary>
    public static bool IsObject(WasmValueType type) => ClrTypeOf(type) == typeof(object);

    /// <summary>The parameters of a function in the engine's calling convention.</summary>
    public static Type[] SignatureOf(FunctionType type)
    {
        var parameters = new List<Type> { typeof(nint) };
        parameters.AddRange(type.Parameters.ConvertAll(ClrTypeOf));
        if (type.Results.Length > 1)
        {
            parameters.Add(typeof(nint));
            parameters.AddRange(type.Results.Skip(1).Where(IsObject).Select(_ => typeof(object).MakeByRefType()));
        }
        return [.. parameters];
    }

    /// <summary>The return type in the engine's calling convention.</summary>
    public static Type ReturnTypeOf(FunctionType type) =>
        type.Results.Length == 0 ? typeof(void) : ClrTypeOf(type.Results[0]);

    // Invoke(code, context, arguments, results): the callee stores results 1, 2, … in the caller's slots directly.
    private static void EmitInvoke(TypeBuilder owner, FunctionType type)
    {
        var method = owner.DefineMethod(
            nameof(Invoke), MethodAttributes.Static | MethodAttributes.Assembly, typeof(void),
            [typeof(nint), typeof(nint), typeof(nint), typeof(nint)]);
        var il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_1);
        for (var i = 0; i < type.Parameters.Length; i++)
        {
            if (IsObject(type.Parameters[i]))
            {
                il.Emit(OpCodes.Ldarg_1);
            }
            EmitSlot(il, OpCodes.Ldarg_2, i);
            il.Emit(OpCodes.Ldobj, SlotTypeOf(type.Parameters[i]));
            if (IsObject(type.Parameters[i]))
            {
                EmitToObject(il);
            }
        }
        if (type.Results.Length > 0)
        {
            // Cleared only now, since arguments and results may be the same slots.
            il.Emit(OpCodes.Ldarg_3);
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Ldc_I4, type.Results.Length * SlotSize);
            il.Emit(OpCodes.Initblk);
        }
        if (type.Results.Length > 1)
        {
            EmitSlot(il, OpCodes.Ldarg_3, 1);
        }
        var objects = new LocalBuilder?[type.Results.Length];
        for (var i = 1; i < objects.Length; i++)
        {
            if (IsObject(type.Results[i]))
            {
                objects[i] = il.DeclareLocal(typeof(object));
                il.Emit(OpCodes.Ldloca, objects[i]!);
            }
        }
        il.Emit(OpCodes.Ldarg_0);
        il.EmitCalli(OpCodes.Calli, CallingConventions.Standard, ReturnTypeOf(type), SignatureOf(type), null);
        if (type.Results.Length > 0)
        {
            var result = il.DeclareLocal(ReturnTypeOf(type));
            il.Emit(OpCodes.Stloc, result);
            objects[0] = IsObject(type.Results[0]) ? result : null;
            if (objects[0] is null)
            {
                il.Emit(OpCodes.Ldarg_3);
                il.Emit(OpCodes.Ldloc, result);
                il.Emit(OpCodes.Stobj, ReturnTypeOf(type));
            }
        }
        for (var i = 0; i < objects.Length; i++)
        {
            if (objects[i] is { } local)
            {
                EmitSlot(il, OpCodes.Ldarg_3, i);
                il.Emit(OpCodes.Ldarg_1);
                il.Emit(OpCodes.Ldloc, local);
                delegate*<nint, object?, long> toNumber = &ReferenceTransfer.ToNumber;
                EmitCall(il, (nint)toNumber, typeof(long), typeof(nint), typeof(object));
                il.Emit(OpCodes.Stind_I8);
            }
        }
        il.Emit(OpCodes.Ret);
    }

    private static void EmitHost(TypeBuilder owner, FunctionType type)
    {
        var method = owner.DefineMethod(
            nameof(Host), MethodAttributes.Static | MethodAttributes.Assembly, ReturnTypeOf(type), SignatureOf(type));
        var il = method.GetILGenerator();
        var slots = il.DeclareLocal(typeof(nint));
        var parameterCount = type.Parameters.Length;
        il.Emit(OpCodes.Ldc_I4, Math.Max(parameterCount + type.Results.Length, 1) * SlotSize);
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Localloc);
        il.Emit(OpCodes.Stloc, slots);
        for (var i = 0; i < parameterCount; i++)
        {
            EmitSlot(il, OpCodes.Ldloc_0, i);
            if (IsObject(type.Parameters[i]))
            {
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldarg, (short)(i + 1));
                delegate*<nint, object?, long> toNumber = &ReferenceTransfer.ToNumber;
                EmitCall(il, (nint)toNumber, typeof(long), typeof(nint), typeof(object));
                il.Emit(OpCodes.Stind_I8);
                continue;
            }
            il.Emit(OpCodes.Ldarg, (short)(i + 1));
            il.Emit(OpCodes.Stobj, ClrTypeOf(type.Parameters[i]));
        }
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldloc_0);
        EmitSlot(il, OpCodes.Ldloc_0, parameterCount);
        delegate*<nint, WasmValue*, WasmValue*, void> dispatch = &HostFunction.Dispatch;
        il.Emit(OpCodes.Ldc_I8, (long)(nint)dispatch);
        il.Emit(OpCodes.Conv_I);
        il.EmitCalli(
            OpCodes.Calli, CallingConventions.Standard, typeof(void), [typeof(nint), typeof(nint), typeof(nint)], null);
        if (type.Results.Length > 1)
        {
            il.Emit(OpCodes.Ldarg, (short)(parameterCount + 1));
            EmitSlot(il, OpCodes.Ldloc_0, parameterCount + 1);
            il.Emit(OpCodes.Ldc_I4, (type.Results.Length - 1) * SlotSize);
            il.Emit(OpCodes.Cpblk);
        }
        var byReference = parameterCount + 2;
        for (var i = 1; i < type.Results.Length; i++)
        {
            if (IsObject(type.Results[i]))
            {
                il.Emit(OpCodes.Ldarg, (short)byReference++);
                il.Emit(OpCodes.Ldarg_0);
                EmitSlot(il, OpCodes.Ldloc_0, parameterCount + i);
                il.Emit(OpCodes.Ldind_I8);
                EmitToObject(il);
                il.Emit(OpCodes.Stind_Ref);
            }
        }
        if (type.Results.Length > 0)
        {
            if (IsObject(type.Results[0]))
            {
                il.Emit(OpCodes.Ldarg_0);
            }
            EmitSlot(il, OpCodes.Ldloc_0, parameterCount);
            il.Emit(OpCodes.Ldobj, SlotTypeOf(type.Results[0]));
            if (IsObject(type.Results[0]))
            {
                EmitToObject(il);
            }
        }
        il.Emit(OpCodes.Ret);
    }

    private static Type SlotTypeOf(WasmValueType type) => IsObject(type) ? typeof(long) : ClrTypeOf(type);

    // The context and the number are on the IL stack.
    private static void EmitToObject(ILGenerator il)
    {
        delegate*<nint, long, object?> toObject = &ReferenceTransfer.ToObject;
        EmitCall(il, (nint)toObject, typeof(object), typeof(nint), typeof(long));
    }

    private static void EmitCall(ILGenerator il, nint code, Type result, params Type[] parameters)
    {
        il.Emit(OpCodes.Ldc_I8, (long)code);
        il.Emit(OpCodes.Conv_I);
        il.EmitCalli(OpCodes.Calli, CallingConventions.Standard, result, parameters, null);
    }

    private static void EmitSlot(ILGenerator il, OpCode loadBase, int index)
    {
        il.Emit(loadBase);
        if (index > 0)
        {
            il.Emit(OpCodes.Ldc_I4, index * SlotSize);
            il.Emit(OpCodes.Add);
        }
    }

    private nint EntryOf(string name) => _owner
        .GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!.MethodHandle.GetFunctionPointer();
}
