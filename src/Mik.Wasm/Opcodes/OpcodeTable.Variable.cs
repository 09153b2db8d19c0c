using static Mik.Wasm.Opcodes.Effects;

namespace Mik.Wasm.Opcodes;

/// <content>Variable instructions (5.4.4).</content>
internal static partial class OpcodeTable
{
    private static OpcodeInfo[] VariableRows() =>
    [
        Special(Opcode.LocalGet, "local.get", ImmediateKind.Local, ReadsLocal),
        Special(Opcode.LocalSet, "local.set", ImmediateKind.Local, WritesLocal),
        Special(Opcode.LocalTee, "local.tee", ImmediateKind.Local, WritesLocal),
        Special(Opcode.GlobalGet, "global.get", ImmediateKind.Global, ReadsGlobal, isConstant: true),
        Special(Opcode.GlobalSet, "global.set", ImmediateKind.Global, WritesGlobal),
    ];
}
