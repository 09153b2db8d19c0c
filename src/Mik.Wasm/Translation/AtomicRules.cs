using System.Reflection;
using Mik.Wasm.Decoding;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Atomic memory instructions: bounds check, alignment check, then a call of the operation of that width.</summary>
internal static class AtomicRules
{
    private static readonly MethodInfo MemoryBarrier = typeof(Interlocked).GetMethod(nameof(Interlocked.MemoryBarrier))!;

    // The last part of an instruction's name, without width and sign, → the operation.
    private static readonly Dictionary<string, string> Operations = new(StringComparer.Ordinal)
    {
        ["load"] = "Load",
        ["store"] = "Store",
        ["add"] = "Add",
        ["sub"] = "Sub",
        ["and"] = "And",
        ["or"] = "Or",
        ["xor"] = "Xor",
        ["xchg"] = "Exchange",
        ["cmpxchg"] = "CompareExchange",
    };

    /// <summary>The rule of an atomic instruction, or null for others.</summary>
    public static TranslationRule? Find(OpcodeInfo row)
    {
        if ((row.Features & WasmFeatures.Threads) == WasmFeatures.None)
        {
            return null;
        }
        return row.Opcode switch
        {
            Opcode.AtomicFence => Fence,
            Opcode.MemoryAtomicNotify => Runtime(nameof(WaitOperations.MemoryAtomicNotify)),
            Opcode.MemoryAtomicWait32 => Runtime(nameof(WaitOperations.MemoryAtomicWait32)),
            Opcode.MemoryAtomicWait64 => Runtime(nameof(WaitOperations.MemoryAtomicWait64)),
            _ => Access(row),
        };
    }

    private static void Fence(FunctionTranslator function, in Instruction instruction) => function.Il.Call(MemoryBarrier);

    private static TranslationRule Access(OpcodeInfo row)
    {
        var name = row.Name[(row.Name.LastIndexOf('.') + 1)..].Split('_')[0].TrimEnd("0123456789".ToCharArray());
        var method = typeof(AtomicOperations).GetMethod(string.Create(null, $"{Operations[name]}{row.AccessBytes * 8}"))!;
        var isCompared = row.Pops.Length == 3;
        return (FunctionTranslator function, in Instruction instruction) =>
        {
            var (stack, il) = (function.Stack, function.Il);
            var values = PopValues(function, row.Pops.Length - 1);
            var address = EmitAddress(function, instruction);
            il.LoadLocal(address);
            for (var i = 0; i < values.Length; i++)
            {
                stack.Emit(values[i]);
                EmitConversion(il, values[i].Type, row.AccessBytes, isExpected: isCompared && i == 0);
            }
            il.Call(method);
            End(function, instruction, address);
            if (row.Pushes.Length > 0)
            {
                var type = StackTypes.Of(row.Pushes[0]);
                if (type == StackType.I64 && row.AccessBytes < sizeof(long))
                {
                    il.Emit(Il.Conv_U8);
                }
                function.PushResult(type);
            }
        };
    }

    private static TranslationRule Runtime(string operation) => (FunctionTranslator function, in Instruction instruction) =>
    {
        var values = PopValues(function, instruction.Info.Pops.Length - 1);
        var address = EmitAddress(function, instruction);
        function.Il.LoadArgument(0);
        function.Il.LoadInt32(instruction.MemoryIndex);
        function.Il.LoadLocal(address);
        foreach (var value in values)
        {
            function.Stack.Emit(value);
        }
        function.Il.Call(WellKnownMethods.RuntimeOperation(operation));
        End(function, instruction, address);
        function.PushResult(StackType.I32);
    };

    /// <summary>The topmost operands in the order in which they were pushed.</summary>
    private static Operand[] PopValues(FunctionTranslator function, int count)
    {
        var values = new Operand[count];
        for (var i = count - 1; i >= 0; i--)
        {
            values[i] = function.Stack.Pop();
        }
        return values;
    }

    /// <summary>Checks alignment and bounds, in this order; the IL local with the native address.</summary>
    private static int EmitAddress(FunctionTranslator function, in Instruction instruction)
    {
        var il = function.Il;
        var bytes = instruction.Info.AccessBytes;
        var operand = function.Memory.PopAddress();
        if (bytes > 1)
        {
            function.Stack.EmitCopy(operand);
            if (operand.Type == StackType.I64)
            {
                il.Emit(Il.Conv_I4);
            }
            il.LoadInt32((int)instruction.MemoryOffset & (bytes - 1));
            il.Emit(Il.Add);
            il.LoadInt32(bytes - 1);
            il.Emit(Il.And);
            il.Branch(Il.Brtrue, function.Traps[TrapKind.UnalignedAtomic]);
        }
        function.Memory.Check(instruction.MemoryIndex, operand, instruction.MemoryOffset, bytes);
        function.Memory.EmitAddress(instruction.MemoryIndex, operand, instruction.MemoryOffset);
        function.Stack.Discard(operand);
        var address = function.Pool.Acquire(StackType.Reference);
        il.StoreLocal(address);
        return address;
    }

    private static void EmitConversion(IlWriter il, StackType type, int bytes, bool isExpected)
    {
        if (isExpected && type == StackType.I32)
        {
            il.Emit(Il.Conv_U8);
        }
        else if (!isExpected && type == StackType.I64 && bytes < sizeof(long))
        {
            il.Emit(Il.Conv_U4);
        }
    }

    // What another thread did before this access must be seen after it, a longer memory too.
    private static void End(FunctionTranslator function, in Instruction instruction, int address)
    {
        function.Pool.Release(StackType.Reference, address);
        if (function.Module.Module.Memories[instruction.MemoryIndex].IsShared)
        {
            function.Memory.MarkStale();
        }
    }
}
