using System.Reflection;
using System.Reflection.Emit;
using Mik.Wasm.Decoding;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Objects;
using Mik.Wasm.Opcodes;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Tests and casts of references, conversions, and 31-bit integers.</summary>
internal static class CastRules
{
    private const int TypeIdOffset = 16;

    private static readonly FieldInfo I31Value = typeof(I31).GetField(nameof(I31.Value))!;

    public static void Test(FunctionTranslator function, in Instruction instruction)
    {
        var il = function.Il;
        var target = instruction.ReferenceType with { IsNonNull = instruction.Opcode == Opcode.RefTest };
        var reference = function.Stack.PopSimple();
        var result = function.Pool.Acquire(StackType.I32);
        var end = il.DefineLabel();
        il.LoadInt32(target.IsNonNull ? 0 : 1);
        il.StoreLocal(result);
        function.Stack.EmitCopy(reference);
        il.Branch(Il.Brfalse, end);
        EmitCompare(function, reference, target);
        il.StoreLocal(result);
        il.MarkLabel(end);
        function.Stack.Discard(reference);
        function.Stack.Push(Operand.Temporary(StackType.I32, result));
    }

    public static void Cast(FunctionTranslator function, in Instruction instruction)
    {
        var target = instruction.ReferenceType with { IsNonNull = instruction.Opcode == Opcode.RefCast };
        var reference = function.Stack.PopSimple();
        EmitBranch(function, reference, target, false, function.Traps[TrapKind.CastFailure]);
        function.Stack.Push(reference);
    }

    public static void Branch(FunctionTranslator function, in Instruction instruction)
    {
        var target = instruction.TargetType;
        var isFail = instruction.Opcode == Opcode.BrOnCastFail;
        function.Stack.MaterializeTop(1);
        var reference = function.Stack.Peek(0);
        BranchRules.BranchWhen(
            function, function.FrameOf(instruction.Index), (when, label) => EmitBranch(function, reference, target, when != isFail, label));
    }

    public static void AreEqual(FunctionTranslator function, in Instruction instruction)
    {
        var right = function.Stack.Pop();
        var left = function.Stack.Pop();
        function.Stack.Emit(left);
        function.Stack.Emit(right);
        function.Il.Call(WellKnownMethods.ObjectOperation(nameof(ObjectOperations.AreEqual)));
        function.PushResult(StackType.I32);
    }

    public static void ConvertExternal(FunctionTranslator function, in Instruction instruction)
    {
        function.Il.LoadArgument(0);
        function.Stack.PopEmit();
        function.Il.Call(WellKnownMethods.ObjectOperation(nameof(ObjectOperations.ConvertExternal)));
        function.PushResult(StackType.Object);
    }

    public static void ConvertAny(FunctionTranslator function, in Instruction instruction)
    {
        function.Stack.PopEmit();
        function.Il.Call(WellKnownMethods.ObjectOperation(nameof(ObjectOperations.ConvertAny)));
        function.PushResult(StackType.Object);
    }

    public static void MakeI31(FunctionTranslator function, in Instruction instruction)
    {
        function.Il.LoadArgument(0);
        function.Stack.PopEmit();
        function.Il.Call(WellKnownMethods.ObjectOperation(nameof(ObjectOperations.MakeI31)));
        function.PushResult(StackType.Object);
    }

    public static void GetI31(FunctionTranslator function, in Instruction instruction)
    {
        var reference = function.Stack.PopSimple();
        StructureRules.EmitNullCheck(function, reference, TrapKind.NullI31Reference);
        function.Stack.Emit(reference);
        function.Il.Emit(Il.Ldfld, I31Value);
        if (instruction.Opcode == Opcode.I31GetU)
        {
            function.Il.LoadInt32(int.MaxValue);
            function.Il.Emit(Il.And);
        }
        function.PushResult(StackType.I32);
    }

    // Goes to a label when the reference is of the type, or when it is not.
    private static void EmitBranch(FunctionTranslator function, Operand reference, WasmValueType target, bool when, Label label)
    {
        var il = function.Il;
        var skip = il.DefineLabel();
        function.Stack.EmitCopy(reference);
        il.Branch(Il.Brfalse, when == target.IsNonNull ? skip : label);
        EmitCompare(function, reference, target);
        il.Branch(when ? Il.Brtrue : Il.Brfalse, label);
        il.MarkLabel(skip);
    }

    // Leaves whether a reference that is not null is of the type.
    private static void EmitCompare(FunctionTranslator function, Operand reference, WasmValueType target)
    {
        var il = function.Il;
        switch (target.HeapType)
        {
            case HeapTypeKind.Any or HeapTypeKind.Func or HeapTypeKind.Extern or HeapTypeKind.Exn:
                il.LoadInt32(1);
                break;
            case HeapTypeKind.NoAny or HeapTypeKind.NoFunc or HeapTypeKind.NoExtern or HeapTypeKind.NoExn:
                il.LoadInt32(0);
                break;
            case HeapTypeKind.Eq:
                EmitKind(function, reference);
                il.LoadInt32((int)ObjectKind.External);
                il.Emit(Il.Clt);
                break;
            case HeapTypeKind.Struct or HeapTypeKind.Array or HeapTypeKind.I31:
                EmitKind(function, reference);
                il.LoadInt32((int)(target.HeapType switch
                {
                    HeapTypeKind.Struct => ObjectKind.Struct,
                    HeapTypeKind.Array => ObjectKind.Array,
                    _ => ObjectKind.I31,
                }));
                il.Emit(Il.Ceq);
                break;
            case HeapTypeKind.DefinedFunction:
                EmitFunctionCompare(function, reference, TypeRegistry.Find(target.TypeNumber)!);
                break;
            default:
                EmitObjectCompare(function, reference, TypeRegistry.Find(target.TypeNumber)!);
                break;
        }
    }

    private static void EmitKind(FunctionTranslator function, Operand reference)
    {
        function.Stack.EmitCopy(reference);
        function.Il.Emit(Il.Ldfld, ObjectEmitter.TypeWord);
        function.Il.Emit(Il.Ldind_I4);
    }

    private static void EmitObjectCompare(FunctionTranslator function, Operand reference, WasmTypeDefinition target)
    {
        var il = function.Il;
        function.Stack.EmitCopy(reference);
        il.Emit(Il.Ldfld, ObjectEmitter.TypeWord);
        if (target.Depth >= TypeRecord.LeastDisplay)
        {
            il.LoadInt32(target.Depth);
            il.LoadInt32(target.Number);
            il.Call(WellKnownMethods.ObjectOperation(nameof(ObjectOperations.ExtendsDeep)));
            return;
        }
        il.LoadInt32(TypeRecord.OffsetOf(target.Depth));
        il.Emit(Il.Add);
        il.Emit(Il.Ldind_I4);
        il.LoadInt32(target.Number);
        il.Emit(Il.Ceq);
    }

    private static void EmitFunctionCompare(FunctionTranslator function, Operand reference, WasmTypeDefinition target)
    {
        var il = function.Il;
        function.Stack.EmitCopy(reference);
        il.LoadInt32(TypeIdOffset);
        il.Emit(Il.Add);
        il.Emit(Il.Ldind_I4);
        il.LoadInt32(target.Number);
        if (target.IsFinal)
        {
            il.Emit(Il.Ceq);
        }
        else
        {
            il.Call(WellKnownMethods.RuntimeOperation(nameof(RuntimeOperations.IsSubtype)));
        }
    }
}
