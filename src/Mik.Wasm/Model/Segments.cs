using System.Collections.Immutable;

namespace Mik.Wasm.Model;

/// <summary>How a segment is used.</summary>
public enum SegmentMode
{
    /// <summary>Copied at instantiation.</summary>
    Active,
    /// <summary>Copied by <c>memory.init</c> or <c>table.init</c>.</summary>
    Passive,
    /// <summary>Only declares functions for <c>ref.func</c>.</summary>
    Declarative,
}

/// <summary>A validated constant expression: instructions without the final <c>end</c>, as a range of the module's bytes.</summary>
/// <param name="Start">Offset of the first instruction in the module's bytes.</param>
/// <param name="Length">Length in bytes, the final <c>end</c> included.</param>
public readonly record struct ConstantExpression(int Start, int Length);

/// <summary>A global with its initial value.</summary>
/// <param name="Type">The type.</param>
/// <param name="Initializer">The initial value.</param>
public sealed record GlobalDefinition(GlobalType Type, ConstantExpression Initializer);

/// <summary>A table with its initial element; no initializer means null references.</summary>
/// <param name="Type">The type.</param>
/// <param name="Initializer">The value of every element at the start, or null.</param>
public sealed record TableDefinition(TableType Type, ConstantExpression? Initializer);

/// <summary>A data segment.</summary>
/// <param name="Mode">Active or passive.</param>
/// <param name="MemoryIndex">The memory of an active segment.</param>
/// <param name="Offset">The address of an active segment.</param>
/// <param name="Start">Offset of the contents in the module's bytes.</param>
/// <param name="Length">Length of the contents in bytes.</param>
public sealed record DataSegment(SegmentMode Mode, int MemoryIndex, ConstantExpression Offset, int Start, int Length);

/// <summary>An element segment. Exactly one of <paramref name="FunctionIndices"/> and <paramref name="Expressions"/> is set.</summary>
/// <param name="Mode">Active, passive or declarative.</param>
/// <param name="ElementType">The type of the elements.</param>
/// <param name="TableIndex">The table of an active segment.</param>
/// <param name="Offset">The first index of an active segment.</param>
/// <param name="FunctionIndices">The elements as functions, or the default.</param>
/// <param name="Expressions">The elements as constant expressions, or the default.</param>
public sealed record ElementSegment(
    SegmentMode Mode, WasmValueType ElementType, int TableIndex, ConstantExpression Offset,
    ImmutableArray<int> FunctionIndices, ImmutableArray<ConstantExpression> Expressions)
{
    /// <summary>Number of elements.</summary>
    public int Length => FunctionIndices.IsDefault ? Expressions.Length : FunctionIndices.Length;
}

/// <summary>The body of a function: its locals and where its instructions are.</summary>
/// <param name="Locals">Declared locals (parameters not included), run-length encoded.</param>
/// <param name="LocalCount">Number of declared locals.</param>
/// <param name="Start">Offset of the first instruction in the module's bytes.</param>
/// <param name="Length">Length of the instructions in bytes, the final <c>end</c> included.</param>
public sealed record FunctionBody(ImmutableArray<(int Count, WasmValueType Type)> Locals, int LocalCount, int Start, int Length)
{
    /// <summary>The numbers of the locals by those that the instructions name; null when they are the same.</summary>
    internal IReadOnlyDictionary<int, int>? LocalNumbers { get; init; }
}
