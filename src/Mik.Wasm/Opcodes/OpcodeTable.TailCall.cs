using Mik.Wasm.Model;
using static Mik.Wasm.Opcodes.Effects;

namespace Mik.Wasm.Opcodes;

/// <content>Tail calls.</content>
internal static partial class OpcodeTable
{
    private static OpcodeInfo[] TailCallRows() =>
    [
        Special(Opcode.ReturnCall, "return_call", ImmediateKind.Function, Control | Calls | MayTrap, WasmFeatures.TailCall),
        Special(Opcode.ReturnCallIndirect, "return_call_indirect", ImmediateKind.CallIndirect, Control | Calls | MayTrap | ReadsTable, WasmFeatures.TailCall),
    ];
}
