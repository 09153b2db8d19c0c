using Mik.Wasm.Decoding;
using Mik.Wasm.Execution;
using Mik.Wasm.Opcodes;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Reference instructions.</summary>
internal static class ReferenceRules
{
    private static readonly IlStep[] IsNullSteps = [Il.Ldc_I4_0, Il.Conv_I, Il.Ceq];
    private static readonly IlStep[] IsNoObjectSteps = [Il.Ldnull, Il.Ceq];

    public static void Null(FunctionTranslator function, in Instruction instruction) =>
        function.Stack.PushConstant(StackTypes.Of(instruction.ReferenceType), 0);

    public static void IsNull(FunctionTranslator function, in Instruction instruction)
    {
        var reference = function.Stack.Pop();
        var steps = reference.Type == StackType.Object ? IsNoObjectSteps : IsNullSteps;
        function.Stack.PushOperation(StackType.I32, instruction.Info, steps, null, reference);
    }

    public static void AsNonNull(FunctionTranslator function, in Instruction instruction)
    {
        var reference = function.Stack.PopSimple();
        function.Stack.EmitCopy(reference);
        function.Il.Branch(Il.Brfalse, function.Traps[TrapKind.NullReference]);
        function.Stack.Push(reference);
    }

    public static void Function(FunctionTranslator function, in Instruction instruction)
    {
        var layout = function.Module.Layout;
        function.Il.LoadArgument(0);
        function.Il.LoadInt32(layout.Function(instruction.Index));
        function.Il.Emit(Il.Add);
        if (layout.IsImportedFunction(instruction.Index))
        {
            function.Il.Emit(Il.Ldind_I);
        }
        function.PushResult(StackType.Reference);
    }
}
