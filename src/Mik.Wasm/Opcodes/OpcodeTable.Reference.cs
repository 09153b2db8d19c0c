using static Mik.Wasm.Opcodes.Effects;

namespace Mik.Wasm.Opcodes;

/// <content>Reference instructions (5.4.2).</content>
internal static partial class OpcodeTable
{
    private static OpcodeInfo[] ReferenceRows() =>
    [
        Special(Opcode.RefNull, "ref.null", ImmediateKind.HeapType, Pure, isConstant: true),
        Special(Opcode.RefIsNull, "ref.is_null", ImmediateKind.None, Pure),
        Special(Opcode.RefFunc, "ref.func", ImmediateKind.Function, Pure, isConstant: true),
    ];
}
