using Mik.Wasm.Decoding;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Translation;

/// <summary>Translates one instruction that can be reached.</summary>
internal delegate void TranslationRule(FunctionTranslator function, in Instruction instruction);

/// <summary>
/// Which rule translates which instruction. Rows of the opcode table that hold their lowering have no place here; the
/// others are listed, by chapter of the specification: a table below cannot name methods of a room above.
/// </summary>
internal static class TranslationRules
{
    private const int PrefixShift = 12;

    // Made as they are asked for: a module has few of all instructions, and looking all up takes some milliseconds of the start.
    private static readonly TranslationRule?[]?[] Rules = new TranslationRule?[]?[16];

    /// <summary>The rule of an opcode.</summary>
    public static TranslationRule Of(Opcode opcode)
    {
        var (prefix, code) = ((int)opcode >> PrefixShift, (int)opcode & 0xFFF);
        var rules = Rules[prefix] ??= new TranslationRule?[OpcodeTable.CodesOf(prefix)];
        return rules[code] ??= Find(OpcodeTable.Find(opcode)) ?? Unsupported;
    }

    /// <summary>Whether there is a rule.</summary>
    public static bool Has(Opcode opcode) => Find(OpcodeTable.Find(opcode)) is not null;

    private static TranslationRule? Find(OpcodeInfo row) => row.Lowering.Kind == LoweringKind.Special
        ? Special(row.Opcode) ?? SimdRules.Find(row) ?? AtomicRules.Find(row)
        : FromTable(row);

    private static TranslationRule? Special(Opcode opcode) => opcode switch
    {
        Opcode.Unreachable => ControlRules.Unreachable,
        Opcode.Nop => ControlRules.Nop,
        Opcode.Block => ControlRules.Block,
        Opcode.Loop => ControlRules.Loop,
        Opcode.If => ControlRules.If,
        Opcode.Else => ControlRules.Else,
        Opcode.End => ControlRules.End,
        Opcode.Br => BranchRules.Branch,
        Opcode.BrIf => BranchRules.BranchIf,
        Opcode.BrTable => BranchRules.BranchTable,
        Opcode.Return => BranchRules.Return,
        Opcode.Call => CallRules.Call,
        Opcode.CallIndirect => CallRules.CallIndirect,
        Opcode.ReturnCall => CallRules.Call,
        Opcode.ReturnCallIndirect => CallRules.CallIndirect,

        Opcode.StructNew => StructureRules.New,
        Opcode.StructNewDefault => StructureRules.New,
        Opcode.StructGet => StructureRules.Get,
        Opcode.StructGetS => StructureRules.Get,
        Opcode.StructGetU => StructureRules.Get,
        Opcode.StructSet => StructureRules.Set,
        Opcode.ArrayNew => ArrayRules.New,
        Opcode.ArrayNewDefault => ArrayRules.New,
        Opcode.ArrayNewFixed => ArrayRules.NewFixed,
        Opcode.ArrayNewData => ArrayRules.NewFromSegment,
        Opcode.ArrayNewElem => ArrayRules.NewFromSegment,
        Opcode.ArrayGet => ArrayRules.Get,
        Opcode.ArrayGetS => ArrayRules.Get,
        Opcode.ArrayGetU => ArrayRules.Get,
        Opcode.ArraySet => ArrayRules.Set,
        Opcode.ArrayLen => ArrayRules.Length,
        Opcode.ArrayFill => ArrayRules.Fill,
        Opcode.ArrayCopy => ArrayRules.Copy,
        Opcode.ArrayInitData => ArrayRules.Init,
        Opcode.ArrayInitElem => ArrayRules.Init,
        Opcode.RefEq => CastRules.AreEqual,
        Opcode.RefTest => CastRules.Test,
        Opcode.RefTestNull => CastRules.Test,
        Opcode.RefCast => CastRules.Cast,
        Opcode.RefCastNull => CastRules.Cast,
        Opcode.BrOnCast => CastRules.Branch,
        Opcode.BrOnCastFail => CastRules.Branch,
        Opcode.AnyConvertExtern => CastRules.ConvertExternal,
        Opcode.ExternConvertAny => CastRules.ConvertAny,
        Opcode.RefI31 => CastRules.MakeI31,
        Opcode.I31GetS => CastRules.GetI31,
        Opcode.I31GetU => CastRules.GetI31,
        Opcode.Throw => ExceptionRules.Throw,
        Opcode.ThrowRef => ExceptionRules.ThrowReference,
        Opcode.TryTable => ControlRules.Try,
        Opcode.CallRef => CallRules.CallReference,
        Opcode.ReturnCallRef => CallRules.CallReference,
        Opcode.BrOnNull => BranchRules.BranchOnNull,
        Opcode.BrOnNonNull => BranchRules.BranchOnNonNull,
        Opcode.RefAsNonNull => ReferenceRules.AsNonNull,

        Opcode.Drop => VariableRules.Drop,
        Opcode.Select => SelectRules.Select,
        Opcode.SelectTyped => SelectRules.Select,
        Opcode.LocalGet => VariableRules.LocalGet,
        Opcode.LocalSet => VariableRules.LocalSet,
        Opcode.LocalTee => VariableRules.LocalTee,
        Opcode.GlobalGet => VariableRules.GlobalGet,
        Opcode.GlobalSet => VariableRules.GlobalSet,

        Opcode.RefNull => ReferenceRules.Null,
        Opcode.RefIsNull => ReferenceRules.IsNull,
        Opcode.RefFunc => ReferenceRules.Function,
        Opcode.TableGet => TableRules.Get,
        Opcode.TableSet => TableRules.Set,
        Opcode.TableSize => TableRules.Size,
        Opcode.TableGrow => TableRules.Grow,
        Opcode.TableFill => TableRules.Fill,
        Opcode.TableCopy => TableRules.Copy,
        Opcode.TableInit => TableRules.Init,
        Opcode.ElemDrop => TableRules.ElementDrop,

        Opcode.MemorySize => MemoryRules.Size,
        Opcode.MemoryGrow => MemoryRules.Grow,
        Opcode.MemoryFill => MemoryRules.Fill,
        Opcode.MemoryCopy => MemoryRules.Copy,
        Opcode.MemoryInit => MemoryRules.Init,
        Opcode.DataDrop => MemoryRules.DataDrop,

        Opcode.I32Const => NumericRules.Constant,
        Opcode.I64Const => NumericRules.Constant,
        Opcode.F32Const => NumericRules.Constant,
        Opcode.F64Const => NumericRules.Constant,
        Opcode.I32Rotl => NumericRules.Rotate,
        Opcode.I32Rotr => NumericRules.Rotate,
        Opcode.I64Rotl => NumericRules.Rotate,
        Opcode.I64Rotr => NumericRules.Rotate,
        Opcode.F32DemoteF64 => ConversionRules.Demote,
        Opcode.I32TruncF32S => ConversionRules.Truncate,
        Opcode.I32TruncF32U => ConversionRules.Truncate,
        Opcode.I32TruncF64S => ConversionRules.Truncate,
        Opcode.I32TruncF64U => ConversionRules.Truncate,
        Opcode.I64TruncF32S => ConversionRules.Truncate,
        Opcode.I64TruncF32U => ConversionRules.Truncate,
        Opcode.I64TruncF64S => ConversionRules.Truncate,
        Opcode.I64TruncF64U => ConversionRules.Truncate,
        _ => null,
    };

    private static bool IsFloatArithmetic(Opcode opcode) => opcode is Opcode.F32Add or Opcode.F32Sub or Opcode.F32Mul or Opcode.F32Div
        or Opcode.F64Add or Opcode.F64Sub or Opcode.F64Mul or Opcode.F64Div;

    private static TranslationRule? FromTable(OpcodeInfo row) => row.Lowering.Kind switch
    {
        LoweringKind.Load => MemoryRules.Load,
        LoweringKind.Store => MemoryRules.Store,
        LoweringKind.Emit when IsFloatArithmetic(row.Opcode) => NumericRules.FloatArithmetic(row),
        LoweringKind.Emit when Conditions.ComparesIntegers(row) => NumericRules.Comparison(row),
        LoweringKind.Emit when row.Effects == Effects.Pure => NumericRules.PureOperation(row, null),
        LoweringKind.Call when WellKnownMethods.NumericOperation(row.Opcode.ToString()) is { } method =>
            NumericRules.PureOperation(row, method),
        LoweringKind.Emit when row.Lowering.Check != DivisionCheck.None => NumericRules.Divide,
        _ => null,
    };

    private static void Unsupported(FunctionTranslator function, in Instruction instruction) =>
        throw new NotSupportedException($"{instruction.Info.Name} is not supported (at offset 0x{instruction.Offset:x})");
}
