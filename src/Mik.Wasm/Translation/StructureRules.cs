using Mik.Wasm.Decoding;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Objects;
using Mik.Wasm.Opcodes;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Structures.</summary>
internal static class StructureRules
{
    public static void New(FunctionTranslator function, in Instruction instruction)
    {
        var (stack, type) = (function.Stack, instruction.Index);
        var definition = function.Module.Module.Definitions[type];
        var layout = StructureLayout.Of(definition);
        var count = instruction.Opcode == Opcode.StructNew ? definition.Fields.Length : 0;
        stack.MaterializeTop(count);
        Action<int>? load = count == 0 ? null : i => stack.EmitCopy(stack.Peek(count - 1 - i));
        var result = ObjectEmitter.EmitNew(function, layout, () => LoadType(function, type), load);
        stack.Truncate(stack.Count - count);
        stack.Push(Operand.Temporary(StackType.Object, result));
    }

    public static void Get(FunctionTranslator function, in Instruction instruction)
    {
        var il = function.Il;
        var layout = StructureLayout.Of(function.Module.Module.Definitions[instruction.Index]);
        var field = function.Module.Module.Definitions[instruction.Index].Fields[instruction.Index2];
        var structure = function.Stack.PopSimple();
        EmitNullCheck(function, structure, TrapKind.NullStructureReference);
        function.Stack.Emit(structure);
        ObjectEmitter.EmitPath(il, layout, instruction.Index2);
        il.Emit(Il.Ldfld, layout.Field(instruction.Index2));
        if (instruction.Opcode == Opcode.StructGetU)
        {
            il.Emit(field.Packing == FieldPacking.I8 ? Il.Conv_U1 : Il.Conv_U2);
        }
        function.PushResult(StackTypes.Of(field.Value));
    }

    public static void Set(FunctionTranslator function, in Instruction instruction)
    {
        var layout = StructureLayout.Of(function.Module.Module.Definitions[instruction.Index]);
        var value = function.Stack.Pop();
        var structure = function.Stack.PopSimple();
        EmitNullCheck(function, structure, TrapKind.NullStructureReference);
        function.Stack.Emit(structure);
        ObjectEmitter.EmitPath(function.Il, layout, instruction.Index2);
        function.Stack.Emit(value);
        function.Il.Emit(Il.Stfld, layout.Field(instruction.Index2));
    }

    /// <summary>Loads the type word of objects of a type.</summary>
    public static void LoadType(FunctionTranslator function, int type)
    {
        var il = function.Il;
        il.LoadArgument(0);
        il.LoadInt32(function.Module.Layout.Types);
        il.Emit(Il.Add);
        il.Emit(Il.Ldind_I);
        il.LoadInt32(type * sizeof(long));
        il.Emit(Il.Add);
        il.Emit(Il.Ldind_I);
    }

    /// <summary>Traps on null; the reference is simple.</summary>
    public static void EmitNullCheck(FunctionTranslator function, Operand reference, TrapKind trap)
    {
        function.Stack.EmitCopy(reference);
        function.Il.Branch(Il.Brfalse, function.Traps[trap]);
    }
}
