using Mik.Wasm.Model;
using static Mik.Wasm.Opcodes.Effects;

namespace Mik.Wasm.Opcodes;

/// <content>Exceptions.</content>
internal static partial class OpcodeTable
{
    private static OpcodeInfo[] ExceptionRows() =>
    [
        Special(Opcode.Throw, "throw", ImmediateKind.Tag, Control | Allocates | Throws, WasmFeatures.Exceptions),
        Special(Opcode.ThrowRef, "throw_ref", ImmediateKind.None, Control | MayTrap | Throws, WasmFeatures.Exceptions),
        Special(Opcode.TryTable, "try_table", ImmediateKind.TryTable, Control, WasmFeatures.Exceptions),
    ];
}
