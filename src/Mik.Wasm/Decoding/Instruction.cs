using System.Runtime.Intrinsics;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Decoding;

/// <summary>
/// A decoded instruction. Which immediates are set follows from <see cref="OpcodeInfo.Immediate"/>; the others are 0 or empty.
/// Indices are checked by validation only: before it, an index may be beyond its space or negative.
/// </summary>
internal readonly struct Instruction
{
    /// <summary>The row of the opcode table.</summary>
    public required OpcodeInfo Info { get; init; }

    /// <summary>Offset of the first byte in the module.</summary>
    public required int Offset { get; init; }

    /// <summary>The opcode.</summary>
    public Opcode Opcode => Info.Opcode;

    /// <summary>The first index, of what <see cref="OpcodeInfo.Parts"/> says; or a label, a lane.</summary>
    public int Index { get; init; }

    /// <summary>The second index; the source of <c>memory.copy</c>.</summary>
    public int Index2 { get; init; }

    /// <summary>The memory of memory instructions; the destination of <c>memory.copy</c>.</summary>
    public int MemoryIndex { get; init; }

    /// <summary>One of the indices.</summary>
    public int this[IndexSlot slot] => slot switch
    {
        IndexSlot.Index => Index,
        IndexSlot.Index2 => Index2,
        _ => MemoryIndex,
    };

    /// <summary>Base-2 logarithm of the alignment that a memory argument promises.</summary>
    public int Alignment { get; init; }

    /// <summary>A number: sign-extended integers, or the bits of a float.</summary>
    public long Value { get; init; }

    /// <summary>The constant that a memory argument adds to the address.</summary>
    public ulong MemoryOffset => (ulong)Value;

    /// <summary>The type of <c>block</c>, <c>loop</c> and <c>if</c>.</summary>
    public BlockType BlockType { get; init; }

    /// <summary>The type of the null that <c>ref.null</c> gives; the type that casts and tests ask for, with null.</summary>
    public WasmValueType ReferenceType { get; init; }

    /// <summary>The type that <c>br_on_cast</c> casts to; <see cref="ReferenceType"/> is the operand's.</summary>
    public WasmValueType TargetType { get; init; }

    /// <summary>Sixteen bytes: a <c>v128</c> constant, or the lanes of <c>i8x16.shuffle</c>.</summary>
    public Vector128<byte> Vector { get; init; }

    /// <summary>The labels of <c>br_table</c>; the default is last.</summary>
    public int[] Labels { get => field ?? []; init; }

    /// <summary>The clauses of <c>try_table</c>.</summary>
    public CatchClause[] Catches { get => field ?? []; init; }

    /// <summary>The types of <c>select t*</c>.</summary>
    public WasmValueType[] Types { get => field ?? []; init; }
}
