using System.Reflection.Emit;
using Mik.Wasm.Execution;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>
/// The blocks at the end of a method that checks branch to: one per kind of trap; where the module has debug information one for each instruction,
/// too, which says where it is. No code that a guest runs through is different for it.
/// </summary>
internal sealed class TrapBlocks
{
    private readonly IlWriter _il;
    private readonly bool _tellsPositions;
    private readonly List<(TrapKind Kind, int Position, Label Label)> _blocks = [];

    public TrapBlocks(IlWriter il, bool tellsPositions)
    {
        _il = il;
        _tellsPositions = tellsPositions;
    }

    /// <summary>Offset in the module of the instruction at hand; never goes back.</summary>
    public int Position
    {
        get;
        set => field = _tellsPositions ? value : 0;
    }

    /// <summary>The block of a kind; branch to it with an empty IL stack.</summary>
    public Label this[TrapKind kind]
    {
        get
        {
            for (var i = _blocks.Count - 1; i >= 0 && _blocks[i].Position == Position; i--)
            {
                if (_blocks[i].Kind == kind)
                {
                    return _blocks[i].Label;
                }
            }
            var label = _il.DefineLabel();
            _blocks.Add((kind, Position, label));
            return label;
        }
    }

    /// <summary>Writes the blocks that are used.</summary>
    public void EmitAll()
    {
        foreach (var (kind, position, label) in _blocks)
        {
            _il.MarkLabel(label);
            EmitCall(kind, position);
            _il.Emit(Il.Ldnull);
            _il.Emit(Il.Throw);
        }
    }

    private void EmitCall(TrapKind kind, int position)
    {
        if (_tellsPositions)
        {
            _il.LoadArgument(0);
            _il.LoadInt32((int)kind);
            _il.LoadInt32(position);
            _il.Call(WellKnownMethods.RuntimeOperation(nameof(RuntimeOperations.TrapAt)));
            return;
        }
        if (kind is TrapKind.CallStackExhausted or TrapKind.Interrupted)
        {
            _il.LoadArgument(0);
        }
        _il.Call(WellKnownMethods.RuntimeOperation(OperationOf(kind)));
    }

    private static string OperationOf(TrapKind kind) => kind switch
    {
        TrapKind.CallStackExhausted => nameof(RuntimeOperations.StackCheckFailed),
        TrapKind.Interrupted => nameof(RuntimeOperations.Interrupted),
        _ => "Throw" + kind,
    };
}
