using System.Diagnostics.CodeAnalysis;
using System.Reflection.Emit;
using Mik.Wasm.Model;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Opcodes;

/// <summary>
/// Every instruction, one row each. Decoder, validator, translator and printer read the same row; the other files of this
/// class hold the rows, one file per chapter of the specification or per proposal.
/// </summary>
internal static partial class OpcodeTable
{
    private const int PrefixShift = 12;

    private static readonly OpcodeInfo[] AllRows =
    [
        .. ControlRows(), .. TailCallRows(), .. ParametricRows(), .. VariableRows(), .. TableRows(), .. ReferenceRows(),
        .. FunctionReferenceRows(), .. ExceptionRows(), .. GcRows(), .. MemoryRows(), .. NumericRows(), .. SimdRows(), .. RelaxedSimdRows(), .. AtomicsRows(),
    ];

    private static readonly OpcodeInfo?[] ByPlainByte = Index(0);
    private static readonly OpcodeInfo?[] ByCodeFb = Index(0xB);
    private static readonly OpcodeInfo?[] ByCodeFc = Index(0xC);
    private static readonly OpcodeInfo?[] ByCodeFd = Index(0xD);
    private static readonly OpcodeInfo?[] ByCodeFe = Index(0xE);

    /// <summary>All rows, in the order of the specification.</summary>
    public static ReadOnlySpan<OpcodeInfo> Rows => AllRows;

    /// <summary>The row of an opcode that is known to be in the table.</summary>
    public static OpcodeInfo Find(Opcode opcode) =>
        TryDecode((int)opcode >> PrefixShift, (uint)opcode & 0xFFF, out var row)
            ? row
            : throw new ArgumentOutOfRangeException(nameof(opcode), opcode, "not in the opcode table");

    /// <summary>Whether the byte begins an opcode of two parts, and which nibble stands for it.</summary>
    public static bool IsPrefix(byte first, out int prefix)
    {
        prefix = first & 0xF;
        return first is >= 0xFB and <= 0xFE;
    }

    /// <summary>Finds the row of an encoding.</summary>
    /// <param name="prefix">0, or the nibble of <see cref="IsPrefix"/>.</param>
    /// <param name="code">The plain byte, or the number after the prefix.</param>
    /// <param name="row">The row.</param>
    public static bool TryDecode(int prefix, uint code, [NotNullWhen(true)] out OpcodeInfo? row)
    {
        var rows = RowsOf(prefix);
        row = code < (uint)rows.Length ? rows[code] : null;
        return row is not null;
    }

    /// <summary>How many codes there are behind a prefix, with those that no instruction has.</summary>
    /// <param name="prefix">0, or the nibble of <see cref="IsPrefix"/>.</param>
    public static int CodesOf(int prefix) => RowsOf(prefix).Length;

    private static OpcodeInfo?[] RowsOf(int prefix) => prefix switch
    {
        0 => ByPlainByte,
        0xB => ByCodeFb,
        0xC => ByCodeFc,
        0xD => ByCodeFd,
        0xE => ByCodeFe,
        _ => [],
    };

    private static OpcodeInfo?[] Index(int prefix)
    {
        var ofPrefix = AllRows.Where(row => (int)row.Opcode >> PrefixShift == prefix).ToArray();
        var index = new OpcodeInfo?[ofPrefix.Max(row => (int)row.Opcode & 0xFFF) + 1];
        foreach (var row in ofPrefix)
        {
            index[(int)row.Opcode & 0xFFF] = row;
        }
        return index;
    }

    private static OpcodeInfo Row(
        Opcode opcode, string name, WasmValueType[] pops, WasmValueType[] pushes, Effects effects, Lowering lowering,
        ImmediateKind immediate = ImmediateKind.None, bool isConstant = false, bool isExtendedConstant = false, int laneCount = 0) =>
        new()
        {
            Opcode = opcode,
            Name = name,
            Pops = pops,
            Pushes = pushes,
            Effects = effects,
            Lowering = lowering,
            Immediate = immediate,
            IsConstant = isConstant || isExtendedConstant,
            IsExtendedConstant = isExtendedConstant,
            LaneCount = laneCount,
            Features = FeatureOf(opcode),
        };

    private static OpcodeInfo Special(
        Opcode opcode, string name, ImmediateKind immediate, Effects effects,
        WasmFeatures features = WasmFeatures.None, bool isConstant = false) =>
        new()
        {
            Opcode = opcode,
            Name = name,
            HasSpecialTyping = true,
            Immediate = immediate,
            Effects = effects,
            Features = features,
            IsConstant = isConstant,
        };

    private static OpcodeInfo Constant(Opcode opcode, string name, ImmediateKind immediate, WasmValueType type) =>
        Row(opcode, name, [], [type], Effects.Pure, Lowering.Special, immediate, isConstant: true);

    private static OpcodeInfo Access(
        Opcode opcode, string name, WasmValueType[] pops, WasmValueType[] pushes, int bytes, Effects effects, Lowering lowering,
        bool hasLane = false) =>
        new()
        {
            Opcode = opcode,
            Name = name,
            Pops = pops,
            Pushes = pushes,
            Effects = effects | Effects.MayTrap,
            Lowering = lowering,
            Immediate = hasLane ? ImmediateKind.MemoryArgumentLane : ImmediateKind.MemoryArgument,
            AccessBytes = bytes,
            LaneCount = hasLane ? 16 / bytes : 0,
            Features = FeatureOf(opcode),
        };

    private static OpcodeInfo Load(Opcode opcode, string name, WasmValueType type, int bytes, params IlStep[] steps) =>
        Access(opcode, name, [OpcodeInfo.Address], [type], bytes, Effects.ReadsMemory, new Lowering(LoweringKind.Load, steps));

    private static OpcodeInfo Store(Opcode opcode, string name, WasmValueType type, int bytes, params IlStep[] steps) =>
        Access(opcode, name, [OpcodeInfo.Address, type], [], bytes, Effects.WritesMemory, new Lowering(LoweringKind.Store, steps));

    private static OpcodeInfo VectorLoad(Opcode opcode, string name, int bytes) =>
        Access(opcode, name, [OpcodeInfo.Address], [WasmValueType.V128], bytes, Effects.ReadsMemory, Lowering.Special);

    private static OpcodeInfo VectorStore(Opcode opcode, string name, int bytes) =>
        Access(opcode, name, [OpcodeInfo.Address, WasmValueType.V128], [], bytes, Effects.WritesMemory, Lowering.Special);

    private static OpcodeInfo VectorLoadLane(Opcode opcode, string name, int bytes) =>
        Access(
            opcode, name, [OpcodeInfo.Address, WasmValueType.V128], [WasmValueType.V128], bytes, Effects.ReadsMemory,
            Lowering.Special, hasLane: true);

    private static OpcodeInfo VectorStoreLane(Opcode opcode, string name, int bytes) =>
        Access(
            opcode, name, [OpcodeInfo.Address, WasmValueType.V128], [], bytes, Effects.WritesMemory,
            Lowering.Special, hasLane: true);

    private static OpcodeInfo Atomic(
        Opcode opcode, string name, WasmValueType[] pops, WasmValueType[] pushes, int bytes, Effects effects) =>
        Access(opcode, name, pops, pushes, bytes, effects | Effects.Synchronizes, Lowering.Special);

    private static WasmFeatures FeatureOf(Opcode opcode) => (int)opcode switch
    {
        >= 0xE000 => WasmFeatures.Threads,
        >= 0xD100 => WasmFeatures.RelaxedSimd,
        >= 0xD000 => WasmFeatures.Simd,
        _ => WasmFeatures.None,
    };

    private static Lowering Emit(params IlStep[] steps) => new(LoweringKind.Emit, steps);

    private static Lowering Divide(OpCode code, DivisionCheck check) => new(LoweringKind.Emit, [code], Check: check);

    // CIL leaves shift counts beyond the width undefined; WebAssembly takes them modulo the width.
    private static Lowering Shift32(OpCode code) => Emit(new IlStep(Il.Ldc_I4_S, 31), Il.And, code);

    private static Lowering Shift64(OpCode code) => Emit(Il.Conv_I4, new IlStep(Il.Ldc_I4_S, 63), Il.And, code);
}
