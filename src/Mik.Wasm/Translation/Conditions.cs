using System.Reflection.Emit;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Branches on conditions; comparisons are joined with the branch that tests them.</summary>
internal static class Conditions
{
    // Where a comparison of floats is false, a NaN may be the reason: hence the unordered forms.
    private static readonly Dictionary<Opcode, (OpCode WhenTrue, OpCode WhenFalse)> Comparisons = new()
    {
        [Opcode.I32Eq] = (Il.Beq, Il.Bne_Un),
        [Opcode.I32Ne] = (Il.Bne_Un, Il.Beq),
        [Opcode.I32LtS] = (Il.Blt, Il.Bge),
        [Opcode.I32LtU] = (Il.Blt_Un, Il.Bge_Un),
        [Opcode.I32GtS] = (Il.Bgt, Il.Ble),
        [Opcode.I32GtU] = (Il.Bgt_Un, Il.Ble_Un),
        [Opcode.I32LeS] = (Il.Ble, Il.Bgt),
        [Opcode.I32LeU] = (Il.Ble_Un, Il.Bgt_Un),
        [Opcode.I32GeS] = (Il.Bge, Il.Blt),
        [Opcode.I32GeU] = (Il.Bge_Un, Il.Blt_Un),
        [Opcode.I64Eq] = (Il.Beq, Il.Bne_Un),
        [Opcode.I64Ne] = (Il.Bne_Un, Il.Beq),
        [Opcode.I64LtS] = (Il.Blt, Il.Bge),
        [Opcode.I64LtU] = (Il.Blt_Un, Il.Bge_Un),
        [Opcode.I64GtS] = (Il.Bgt, Il.Ble),
        [Opcode.I64GtU] = (Il.Bgt_Un, Il.Ble_Un),
        [Opcode.I64LeS] = (Il.Ble, Il.Bgt),
        [Opcode.I64LeU] = (Il.Ble_Un, Il.Bgt_Un),
        [Opcode.I64GeS] = (Il.Bge, Il.Blt),
        [Opcode.I64GeU] = (Il.Bge_Un, Il.Blt_Un),
        [Opcode.F32Eq] = (Il.Beq, Il.Bne_Un),
        [Opcode.F32Ne] = (Il.Bne_Un, Il.Beq),
        [Opcode.F32Lt] = (Il.Blt, Il.Bge_Un),
        [Opcode.F32Gt] = (Il.Bgt, Il.Ble_Un),
        [Opcode.F32Le] = (Il.Ble, Il.Bgt_Un),
        [Opcode.F32Ge] = (Il.Bge, Il.Blt_Un),
        [Opcode.F64Eq] = (Il.Beq, Il.Bne_Un),
        [Opcode.F64Ne] = (Il.Bne_Un, Il.Beq),
        [Opcode.F64Lt] = (Il.Blt, Il.Bge_Un),
        [Opcode.F64Gt] = (Il.Bgt, Il.Ble_Un),
        [Opcode.F64Le] = (Il.Ble, Il.Bgt_Un),
        [Opcode.F64Ge] = (Il.Bge, Il.Blt_Un),
    };

    /// <summary>Whether a row compares, or asks whether something is 0.</summary>
    public static bool IsTest(OpcodeInfo row) => row.Opcode is Opcode.I32Eqz or Opcode.I64Eqz || Comparisons.ContainsKey(row.Opcode);

    /// <summary>Whether a row compares integers.</summary>
    public static bool ComparesIntegers(OpcodeInfo row) =>
        IsTest(row) && row.Pops[0] != WasmValueType.F32 && row.Pops[0] != WasmValueType.F64;

    /// <summary>Goes to <paramref name="target"/> if the condition is not 0 (or, if <paramref name="when"/> is false, if it is 0).</summary>
    public static void Branch(FunctionTranslator function, Operand condition, bool when, Label target)
    {
        var test = condition;
        while (test.Row is { Opcode: Opcode.I32Eqz or Opcode.I64Eqz or Opcode.RefIsNull })
        {
            test = test.First!;
            when = !when;
        }
        if (test.Row is { } row && Comparisons.TryGetValue(row.Opcode, out var codes))
        {
            function.Stack.EmitCopy(test.First!);
            function.Stack.EmitCopy(test.Second!);
            function.Il.Branch(when ? codes.WhenTrue : codes.WhenFalse, target);
        }
        else
        {
            function.Stack.EmitCopy(test);
            function.HideOnIl(test);
            function.Il.Branch(when ? Il.Brtrue : Il.Brfalse, target);
        }
        function.Stack.Discard(condition);
    }
}
