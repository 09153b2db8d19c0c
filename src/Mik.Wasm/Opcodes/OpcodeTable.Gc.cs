using Mik.Wasm.Model;
using static Mik.Wasm.Opcodes.Effects;

namespace Mik.Wasm.Opcodes;

/// <content>Structures, arrays, 31-bit integers and casts (core specification 5.4.2).</content>
internal static partial class OpcodeTable
{
    private static OpcodeInfo[] GcRows() =>
    [
        GcRow(Opcode.RefEq, "ref.eq", ImmediateKind.None, Pure),
        GcRow(Opcode.StructNew, "struct.new", ImmediateKind.StructType, Allocates, isConstant: true),
        GcRow(Opcode.StructNewDefault, "struct.new_default", ImmediateKind.StructType, Allocates, isConstant: true),
        GcRow(Opcode.StructGet, "struct.get", ImmediateKind.StructField, MayTrap | ReadsObject),
        GcRow(Opcode.StructGetS, "struct.get_s", ImmediateKind.StructField, MayTrap | ReadsObject),
        GcRow(Opcode.StructGetU, "struct.get_u", ImmediateKind.StructField, MayTrap | ReadsObject),
        GcRow(Opcode.StructSet, "struct.set", ImmediateKind.StructField, MayTrap | WritesObject),
        GcRow(Opcode.ArrayNew, "array.new", ImmediateKind.ArrayType, Allocates | MayTrap, isConstant: true),
        GcRow(Opcode.ArrayNewDefault, "array.new_default", ImmediateKind.ArrayType, Allocates | MayTrap, isConstant: true),
        GcRow(Opcode.ArrayNewFixed, "array.new_fixed", ImmediateKind.ArrayCount, Allocates, isConstant: true),
        GcRow(Opcode.ArrayNewData, "array.new_data", ImmediateKind.ArrayData, Allocates | MayTrap),
        GcRow(Opcode.ArrayNewElem, "array.new_elem", ImmediateKind.ArrayElement, Allocates | MayTrap),
        GcRow(Opcode.ArrayGet, "array.get", ImmediateKind.ArrayType, MayTrap | ReadsObject),
        GcRow(Opcode.ArrayGetS, "array.get_s", ImmediateKind.ArrayType, MayTrap | ReadsObject),
        GcRow(Opcode.ArrayGetU, "array.get_u", ImmediateKind.ArrayType, MayTrap | ReadsObject),
        GcRow(Opcode.ArraySet, "array.set", ImmediateKind.ArrayType, MayTrap | WritesObject),
        GcRow(Opcode.ArrayLen, "array.len", ImmediateKind.None, MayTrap),
        GcRow(Opcode.ArrayFill, "array.fill", ImmediateKind.ArrayType, MayTrap | WritesObject),
        GcRow(Opcode.ArrayCopy, "array.copy", ImmediateKind.ArrayCopy, MayTrap | ReadsObject | WritesObject),
        GcRow(Opcode.ArrayInitData, "array.init_data", ImmediateKind.ArrayData, MayTrap | WritesObject),
        GcRow(Opcode.ArrayInitElem, "array.init_elem", ImmediateKind.ArrayElement, MayTrap | WritesObject),
        GcRow(Opcode.RefTest, "ref.test", ImmediateKind.HeapType, Pure),
        GcRow(Opcode.RefTestNull, "ref.test", ImmediateKind.HeapType, Pure),
        GcRow(Opcode.RefCast, "ref.cast", ImmediateKind.HeapType, MayTrap),
        GcRow(Opcode.RefCastNull, "ref.cast", ImmediateKind.HeapType, MayTrap),
        GcRow(Opcode.BrOnCast, "br_on_cast", ImmediateKind.CastBranch, Control),
        GcRow(Opcode.BrOnCastFail, "br_on_cast_fail", ImmediateKind.CastBranch, Control),
        GcRow(Opcode.AnyConvertExtern, "any.convert_extern", ImmediateKind.None, Allocates, isConstant: true),
        GcRow(Opcode.ExternConvertAny, "extern.convert_any", ImmediateKind.None, Pure, isConstant: true),
        GcRow(Opcode.RefI31, "ref.i31", ImmediateKind.None, Pure, isConstant: true),
        GcRow(Opcode.I31GetS, "i31.get_s", ImmediateKind.None, MayTrap),
        GcRow(Opcode.I31GetU, "i31.get_u", ImmediateKind.None, MayTrap),
    ];

    private static OpcodeInfo GcRow(Opcode opcode, string name, ImmediateKind immediate, Effects effects, bool isConstant = false) =>
        Special(opcode, name, immediate, effects, WasmFeatures.Gc, isConstant);
}
