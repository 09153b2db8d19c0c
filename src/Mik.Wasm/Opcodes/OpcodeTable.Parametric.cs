using static Mik.Wasm.Opcodes.Effects;

namespace Mik.Wasm.Opcodes;

/// <content>Parametric instructions (5.4.3).</content>
internal static partial class OpcodeTable
{
    private static OpcodeInfo[] ParametricRows() =>
    [
        Special(Opcode.Drop, "drop", ImmediateKind.None, Pure),
        Special(Opcode.Select, "select", ImmediateKind.None, Pure),
        Special(Opcode.SelectTyped, "select", ImmediateKind.SelectTypes, Pure),
    ];
}
