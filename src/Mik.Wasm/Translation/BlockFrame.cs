using System.Collections.Immutable;
using System.Reflection.Emit;
using Mik.Wasm.Decoding;
using Mik.Wasm.Model;

namespace Mik.Wasm.Translation;

/// <summary>What opened a <see cref="BlockFrame"/>.</summary>
internal enum FrameKind : byte
{
    Function,
    Block,
    Loop,
    If,
    Else,
    Try,
}

/// <summary>A block that is open at this point of the function.</summary>
internal sealed class BlockFrame
{
    public required FrameKind Kind { get; set; }

    public required FunctionType Type { get; init; }

    /// <summary>Height of the operand stack under the parameters.</summary>
    public required int Height { get; init; }

    /// <summary>Where branches go: the head of a loop, the end of anything else.</summary>
    public required Label Label { get; init; }

    /// <summary>Where an <c>if</c> goes when its condition is 0.</summary>
    public Label ElseLabel { get; set; }

    /// <summary>Where exceptions of a <c>try_table</c> go; made by the first call that may throw.</summary>
    public Label? Dispatch { get; set; }

    /// <summary>The clauses of a <c>try_table</c>.</summary>
    public CatchClause[] Catches { get; init; } = [];

    /// <summary>How many branches go back to the head of a loop.</summary>
    public int BackBranches { get; set; }

    /// <summary>At the end of a loop, from where one branch goes back for many.</summary>
    public Label? Latch { get; set; }

    /// <summary>Whether a branch needs <see cref="Label"/>.</summary>
    public bool IsLabelUsed { get; set; }

    /// <summary>IL locals that pass the values of a branch; made by the first one.</summary>
    public int[]? LabelLocals { get; set; }

    /// <summary>IL locals with the parameters of an <c>if</c>, which both arms read.</summary>
    public int[] ParameterLocals { get; set; } = [];

    /// <summary>Memories whose length local is out of date on some branch to <see cref="Label"/>.</summary>
    public MemorySet StaleAtLabel { get; set; }

    /// <summary>The same at <see cref="ElseLabel"/>.</summary>
    public MemorySet StaleAtElse { get; set; }

    /// <summary>Types of the values that a branch passes.</summary>
    public ImmutableArray<WasmValueType> LabelTypes => Kind == FrameKind.Loop ? Type.Parameters : Type.Results;
}
