using Mik.Wasm.Model;
using static Mik.Wasm.Opcodes.Effects;

namespace Mik.Wasm.Opcodes;

/// <content>Typed function references.</content>
internal static partial class OpcodeTable
{
    private static OpcodeInfo[] FunctionReferenceRows() =>
    [
        Special(Opcode.CallRef, "call_ref", ImmediateKind.FunctionType, Calls | MayTrap, WasmFeatures.FunctionReferences),
        Special(
            Opcode.ReturnCallRef, "return_call_ref", ImmediateKind.FunctionType, Control | Calls | MayTrap,
            WasmFeatures.FunctionReferences | WasmFeatures.TailCall),
        Special(Opcode.RefAsNonNull, "ref.as_non_null", ImmediateKind.None, MayTrap, WasmFeatures.FunctionReferences),
        Special(Opcode.BrOnNull, "br_on_null", ImmediateKind.Label, Control, WasmFeatures.FunctionReferences),
        Special(Opcode.BrOnNonNull, "br_on_non_null", ImmediateKind.Label, Control, WasmFeatures.FunctionReferences),
    ];
}
