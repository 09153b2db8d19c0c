using static Mik.Wasm.Model.WasmValueType;
using static Mik.Wasm.Opcodes.Effects;
using static Mik.Wasm.Opcodes.OpcodeInfo;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Opcodes;

/// <content>Memory instructions (5.4.6).</content>
internal static partial class OpcodeTable
{
    private static OpcodeInfo[] MemoryRows() =>
    [
        Load(Opcode.I32Load, "i32.load", I32, 4, Il.Ldind_I4),
        Load(Opcode.I64Load, "i64.load", I64, 8, Il.Ldind_I8),
        Load(Opcode.F32Load, "f32.load", F32, 4, Il.Ldind_R4),
        Load(Opcode.F64Load, "f64.load", F64, 8, Il.Ldind_R8),
        Load(Opcode.I32Load8S, "i32.load8_s", I32, 1, Il.Ldind_I1),
        Load(Opcode.I32Load8U, "i32.load8_u", I32, 1, Il.Ldind_U1),
        Load(Opcode.I32Load16S, "i32.load16_s", I32, 2, Il.Ldind_I2),
        Load(Opcode.I32Load16U, "i32.load16_u", I32, 2, Il.Ldind_U2),
        Load(Opcode.I64Load8S, "i64.load8_s", I64, 1, Il.Ldind_I1, Il.Conv_I8),
        Load(Opcode.I64Load8U, "i64.load8_u", I64, 1, Il.Ldind_U1, Il.Conv_U8),
        Load(Opcode.I64Load16S, "i64.load16_s", I64, 2, Il.Ldind_I2, Il.Conv_I8),
        Load(Opcode.I64Load16U, "i64.load16_u", I64, 2, Il.Ldind_U2, Il.Conv_U8),
        Load(Opcode.I64Load32S, "i64.load32_s", I64, 4, Il.Ldind_I4, Il.Conv_I8),
        Load(Opcode.I64Load32U, "i64.load32_u", I64, 4, Il.Ldind_U4, Il.Conv_U8),
        Store(Opcode.I32Store, "i32.store", I32, 4, Il.Stind_I4),
        Store(Opcode.I64Store, "i64.store", I64, 8, Il.Stind_I8),
        Store(Opcode.F32Store, "f32.store", F32, 4, Il.Stind_R4),
        Store(Opcode.F64Store, "f64.store", F64, 8, Il.Stind_R8),
        Store(Opcode.I32Store8, "i32.store8", I32, 1, Il.Stind_I1),
        Store(Opcode.I32Store16, "i32.store16", I32, 2, Il.Stind_I2),
        Store(Opcode.I64Store8, "i64.store8", I64, 1, Il.Conv_I1, Il.Stind_I1),
        Store(Opcode.I64Store16, "i64.store16", I64, 2, Il.Conv_I2, Il.Stind_I2),
        Store(Opcode.I64Store32, "i64.store32", I64, 4, Il.Conv_I4, Il.Stind_I4),
        Row(Opcode.MemorySize, "memory.size", [], [Address], ReadsMemory, Lowering.Special, ImmediateKind.Memory),
        Row(Opcode.MemoryGrow, "memory.grow", [Address], [Address], ReadsMemory | WritesMemory, Lowering.Special, ImmediateKind.Memory),
        Row(Opcode.MemoryInit, "memory.init", [Address, I32, I32], [], WritesMemory | MayTrap, Lowering.Special, ImmediateKind.MemoryInit),
        Row(Opcode.DataDrop, "data.drop", [], [], DropsSegment, Lowering.Special, ImmediateKind.Data),
        Special(Opcode.MemoryCopy, "memory.copy", ImmediateKind.MemoryCopy, ReadsMemory | WritesMemory | MayTrap),
        Row(Opcode.MemoryFill, "memory.fill", [Address, I32, Address], [], WritesMemory | MayTrap, Lowering.Special, ImmediateKind.Memory),
    ];
}
