using static Mik.Wasm.Opcodes.Effects;

namespace Mik.Wasm.Opcodes;

/// <content>Table instructions (5.4.5).</content>
internal static partial class OpcodeTable
{
    private static OpcodeInfo[] TableRows() =>
    [
        Special(Opcode.TableGet, "table.get", ImmediateKind.Table, ReadsTable | MayTrap),
        Special(Opcode.TableSet, "table.set", ImmediateKind.Table, WritesTable | MayTrap),
        Special(Opcode.TableInit, "table.init", ImmediateKind.TableInit, WritesTable | MayTrap),
        Row(Opcode.ElemDrop, "elem.drop", [], [], DropsSegment, Lowering.Special, ImmediateKind.Element),
        Special(Opcode.TableCopy, "table.copy", ImmediateKind.TableCopy, ReadsTable | WritesTable | MayTrap),
        Special(Opcode.TableGrow, "table.grow", ImmediateKind.Table, ReadsTable | WritesTable),
        Special(Opcode.TableSize, "table.size", ImmediateKind.Table, ReadsTable),
        Special(Opcode.TableFill, "table.fill", ImmediateKind.Table, WritesTable | MayTrap),
    ];
}
