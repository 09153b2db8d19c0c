using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Validation;

/// <summary>A block that is open (the specification's control frame).</summary>
internal struct ControlFrame
{
    /// <summary>What opened it: block, loop, if or else; block for the function itself.</summary>
    public Opcode Opcode;
    /// <summary>Parameters ("start types") and results ("end types").</summary>
    public FunctionType Type;
    /// <summary>Height of the operand stack below the block's own operands.</summary>
    public int Height;
    /// <summary>How many locals without a default value were written before the block.</summary>
    public int WrittenLocals;
    /// <summary>Whether the rest of the block cannot be reached, so that its operand stack is polymorphic.</summary>
    public bool IsUnreachable;
    /// <summary>Offset of the last <c>br_table</c> that was checked against this label; a table may repeat a label many times.</summary>
    public int CheckedByBranchTable;

    /// <summary>What a branch to the block's label takes.</summary>
    public readonly ReadOnlySpan<WasmValueType> LabelTypes => (Opcode == Opcode.Loop ? Type.Parameters : Type.Results).AsSpan();
}

/// <summary>The blocks that are open, innermost last.</summary>
internal sealed class ControlStack
{
    private ControlFrame[] _frames = new ControlFrame[16];

    /// <summary>Number of open blocks.</summary>
    public int Count { get; private set; }

    /// <summary>The innermost block.</summary>
    public ref ControlFrame Innermost => ref _frames[Count - 1];

    /// <summary>The block of the function itself.</summary>
    public ref ControlFrame Outermost => ref _frames[0];

    /// <summary>The block that a relative label names; the label must be below <see cref="Count"/>.</summary>
    public ref ControlFrame this[int label] => ref _frames[Count - 1 - label];

    /// <summary>Opens a block.</summary>
    public void Push(ControlFrame frame)
    {
        if (Count == _frames.Length)
        {
            Array.Resize(ref _frames, 2 * _frames.Length);
        }
        _frames[Count++] = frame;
    }

    /// <summary>Closes the innermost block.</summary>
    public ControlFrame Pop() => _frames[--Count];

    /// <summary>Closes all.</summary>
    public void Clear() => Count = 0;
}
