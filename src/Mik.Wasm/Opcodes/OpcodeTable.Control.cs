using static Mik.Wasm.Opcodes.Effects;

namespace Mik.Wasm.Opcodes;

/// <content>Control instructions (core specification 5.4.1).</content>
internal static partial class OpcodeTable
{
    private static OpcodeInfo[] ControlRows() =>
    [
        Special(Opcode.Unreachable, "unreachable", ImmediateKind.None, Control | MayTrap),
        Special(Opcode.Nop, "nop", ImmediateKind.None, Pure),
        Special(Opcode.Block, "block", ImmediateKind.BlockType, Control),
        Special(Opcode.Loop, "loop", ImmediateKind.BlockType, Control),
        Special(Opcode.If, "if", ImmediateKind.BlockType, Control),
        Special(Opcode.Else, "else", ImmediateKind.None, Control),
        Special(Opcode.End, "end", ImmediateKind.None, Control, isConstant: true),
        Special(Opcode.Br, "br", ImmediateKind.Label, Control),
        Special(Opcode.BrIf, "br_if", ImmediateKind.Label, Control),
        Special(Opcode.BrTable, "br_table", ImmediateKind.BranchTable, Control),
        Special(Opcode.Return, "return", ImmediateKind.None, Control),
        Special(Opcode.Call, "call", ImmediateKind.Function, Calls | MayTrap),
        Special(Opcode.CallIndirect, "call_indirect", ImmediateKind.CallIndirect, Calls | MayTrap | ReadsTable),
    ];
}
