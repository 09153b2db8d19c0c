using Mik.Wasm.Model;

namespace Mik.Wasm.Opcodes;

/// <summary>A row of <see cref="OpcodeTable"/>: everything the engine knows about one instruction as data.</summary>
internal sealed class OpcodeInfo
{
    /// <summary>Stands in <see cref="Pops"/> and <see cref="Pushes"/> for the address type of the memory that the instruction names.</summary>
    public static readonly WasmValueType Address = new((WasmTypeKind)1);

    /// <summary>The encoding.</summary>
    public required Opcode Opcode { get; init; }

    /// <summary>The name in the text format.</summary>
    public required string Name { get; init; }

    /// <summary>Operand types, deepest first. Empty in special rows.</summary>
    public WasmValueType[] Pops { get; init; } = [];

    /// <summary>Result types, deepest first. Empty in special rows.</summary>
    public WasmValueType[] Pushes { get; init; } = [];

    /// <summary>Whether the operand types depend on immediates or on the stack, so that validation has a method for it.</summary>
    public bool HasSpecialTyping { get; init; }

    /// <summary>What follows the opcode.</summary>
    public ImmediateKind Immediate
    {
        get;
        init
        {
            field = value;
            Parts = ImmediateTable.PartsOf(value);
        }
    }

    /// <summary>The indices that follow the opcode; empty when what follows has another shape.</summary>
    public ImmediatePart[] Parts { get; private init; } = [];

    /// <summary>What the instruction does besides its result.</summary>
    public Effects Effects { get; init; }

    /// <summary>The proposals it needs; none for WebAssembly 2.0 without SIMD.</summary>
    public WasmFeatures Features { get; init; }

    /// <summary>Whether it may stand in constant expressions (with <see cref="WasmFeatures.ExtendedConst"/> if <see cref="IsExtendedConstant"/>).</summary>
    public bool IsConstant { get; init; }

    /// <summary>Whether constant expressions may use it only with the extended-const proposal.</summary>
    public bool IsExtendedConstant { get; init; }

    /// <summary>Bytes of memory that it touches; 0 for instructions without a memory argument.</summary>
    public int AccessBytes { get; init; }

    /// <summary>Base-2 logarithm of <see cref="AccessBytes"/>: the largest alignment allowed, the only one for atomics.</summary>
    public int NaturalAlignment => AccessBytes == 0 ? 0 : int.TrailingZeroCount(AccessBytes);

    /// <summary>Number of lanes that a lane immediate may name; 0 without one.</summary>
    public int LaneCount { get; init; }

    /// <summary>What the translator emits.</summary>
    public Lowering Lowering { get; init; } = Lowering.Special;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
