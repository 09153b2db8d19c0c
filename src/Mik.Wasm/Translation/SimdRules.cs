using System.Runtime.Intrinsics;
using Mik.Wasm.Decoding;
using Mik.Wasm.Execution;
using Mik.Wasm.Opcodes;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Vector instructions with immediates or memory accesses; all others are calls that the opcode table names.</summary>
internal static class SimdRules
{
    // How a load gets the bytes that its operation turns into a vector.
    private static readonly Dictionary<Opcode, (IlStep Load, string Operation)> Loads = new()
    {
        [Opcode.V128Load8x8S] = (Il.Ldind_I8, nameof(SimdLanes.V128Load8x8S)),
        [Opcode.V128Load8x8U] = (Il.Ldind_I8, nameof(SimdLanes.V128Load8x8U)),
        [Opcode.V128Load16x4S] = (Il.Ldind_I8, nameof(SimdLanes.V128Load16x4S)),
        [Opcode.V128Load16x4U] = (Il.Ldind_I8, nameof(SimdLanes.V128Load16x4U)),
        [Opcode.V128Load32x2S] = (Il.Ldind_I8, nameof(SimdLanes.V128Load32x2S)),
        [Opcode.V128Load32x2U] = (Il.Ldind_I8, nameof(SimdLanes.V128Load32x2U)),
        [Opcode.V128Load8Splat] = (Il.Ldind_U1, nameof(SimdLanes.I8x16Splat)),
        [Opcode.V128Load16Splat] = (Il.Ldind_U2, nameof(SimdLanes.I16x8Splat)),
        [Opcode.V128Load32Splat] = (Il.Ldind_I4, nameof(SimdLanes.I32x4Splat)),
        [Opcode.V128Load64Splat] = (Il.Ldind_I8, nameof(SimdLanes.I64x2Splat)),
        [Opcode.V128Load32Zero] = (Il.Ldind_I4, nameof(SimdLanes.V128Load32Zero)),
        [Opcode.V128Load64Zero] = (Il.Ldind_I8, nameof(SimdLanes.V128Load64Zero)),
        [Opcode.V128Load8Lane] = (Il.Ldind_U1, nameof(SimdLanes.I8x16ReplaceLane)),
        [Opcode.V128Load16Lane] = (Il.Ldind_U2, nameof(SimdLanes.I16x8ReplaceLane)),
        [Opcode.V128Load32Lane] = (Il.Ldind_I4, nameof(SimdLanes.I32x4ReplaceLane)),
        [Opcode.V128Load64Lane] = (Il.Ldind_I8, nameof(SimdLanes.I64x2ReplaceLane)),
    };

    private static readonly Dictionary<Opcode, (IlStep Store, string Operation)> LaneStores = new()
    {
        [Opcode.V128Store8Lane] = (Il.Stind_I1, nameof(SimdLanes.I8x16ExtractLaneU)),
        [Opcode.V128Store16Lane] = (Il.Stind_I2, nameof(SimdLanes.I16x8ExtractLaneU)),
        [Opcode.V128Store32Lane] = (Il.Stind_I4, nameof(SimdLanes.I32x4ExtractLane)),
        [Opcode.V128Store64Lane] = (Il.Stind_I8, nameof(SimdLanes.I64x2ExtractLane)),
    };

    /// <summary>The rule of a row that names no operation, or null.</summary>
    public static TranslationRule? Find(OpcodeInfo row) => row switch
    {
        { Opcode: Opcode.V128Const } => Constant,
        { Opcode: Opcode.I8x16Shuffle } => Shuffle,
        { Opcode: Opcode.V128Load } => LoadWhole,
        { Opcode: Opcode.V128Store } => StoreWhole,
        { Immediate: ImmediateKind.Lane, Pops.Length: 1 } => ExtractLane,
        { Immediate: ImmediateKind.Lane } => ReplaceLane,
        { Immediate: ImmediateKind.MemoryArgumentLane } when Loads.ContainsKey(row.Opcode) => LoadLane,
        _ when Loads.ContainsKey(row.Opcode) => Load,
        _ when LaneStores.ContainsKey(row.Opcode) => StoreLane,
        _ => null,
    };

    private static void Constant(FunctionTranslator function, in Instruction instruction) =>
        function.Stack.Push(Operand.Constant(instruction.Vector));

    // Lanes of the other operand are beyond the vector, which makes them 0.
    private static void Shuffle(FunctionTranslator function, in Instruction instruction)
    {
        var stack = function.Stack;
        var swizzle = WellKnownMethods.NumericOperation(nameof(SimdLanes.I8x16Swizzle));
        var either = WellKnownMethods.NumericOperation(nameof(SimdLanes.V128Or));
        var second = stack.Pop();
        stack.PushOperation(StackType.V128, null, [], swizzle, stack.Pop(), Operand.Constant(instruction.Vector));
        var first = stack.Pop();
        stack.PushOperation(
            StackType.V128, null, [], swizzle, second, Operand.Constant(instruction.Vector - Vector128.Create((byte)16)));
        stack.PushOperation(StackType.V128, null, [], either, stack.Pop(), first);
    }

    private static void ExtractLane(FunctionTranslator function, in Instruction instruction) =>
        function.Stack.PushOperation(
            StackTypes.Of(instruction.Info.Pushes[0]), null, [],
            WellKnownMethods.NumericOperation(instruction.Opcode.ToString()), function.Stack.Pop(), Lane(instruction));

    private static void ReplaceLane(FunctionTranslator function, in Instruction instruction)
    {
        var element = function.Stack.Pop();
        function.Stack.PushOperation(
            StackType.V128, null, [], WellKnownMethods.NumericOperation(instruction.Opcode.ToString()),
            function.Stack.Pop(), element, Lane(instruction));
    }

    private static void LoadWhole(FunctionTranslator function, in Instruction instruction)
    {
        var address = EmitAddress(function, instruction);
        Cells.EmitLoad(function.Il, StackType.V128);
        function.Stack.Discard(address);
        function.PushResult(StackType.V128);
    }

    private static void StoreWhole(FunctionTranslator function, in Instruction instruction)
    {
        var value = function.Stack.Pop();
        var address = EmitAddress(function, instruction);
        function.Stack.Emit(value);
        Cells.EmitStore(function.Il, StackType.V128);
        function.Stack.Discard(address);
    }

    private static void Load(FunctionTranslator function, in Instruction instruction)
    {
        var (load, operation) = Loads[instruction.Opcode];
        var address = EmitAddress(function, instruction);
        function.Il.Emit([load]);
        function.Il.Call(WellKnownMethods.NumericOperation(operation)!);
        function.Stack.Discard(address);
        function.PushResult(StackType.V128);
    }

    private static void LoadLane(FunctionTranslator function, in Instruction instruction)
    {
        var (load, operation) = Loads[instruction.Opcode];
        var vector = function.Stack.PopSimple();
        var address = function.Memory.PopAddress();
        function.Memory.Check(instruction, address);
        function.Stack.Emit(vector);
        function.Memory.EmitAddress(instruction.MemoryIndex, address, instruction.MemoryOffset);
        function.Il.Emit([load]);
        function.Il.LoadInt32(instruction.Index);
        function.Il.Call(WellKnownMethods.NumericOperation(operation)!);
        function.Stack.Discard(address);
        function.PushResult(StackType.V128);
    }

    private static void StoreLane(FunctionTranslator function, in Instruction instruction)
    {
        var (store, operation) = LaneStores[instruction.Opcode];
        var vector = function.Stack.Pop();
        var address = EmitAddress(function, instruction);
        function.Stack.Emit(vector);
        function.Il.LoadInt32(instruction.Index);
        function.Il.Call(WellKnownMethods.NumericOperation(operation)!);
        function.Il.Emit([store]);
        function.Stack.Discard(address);
    }

    private static Operand EmitAddress(FunctionTranslator function, in Instruction instruction)
    {
        var address = function.Memory.PopAddress();
        function.Memory.Check(instruction, address);
        function.Memory.EmitAddress(instruction.MemoryIndex, address, instruction.MemoryOffset);
        return address;
    }

    private static Operand Lane(in Instruction instruction) => Operand.Constant(StackType.I32, instruction.Index);
}
