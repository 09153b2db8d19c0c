using System.Reflection.Emit;
using Mik.Wasm.Execution;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>The blocks at the end of a method that checks branch to, one per kind of trap.</summary>
internal sealed class TrapBlocks
{
    private readonly IlWriter _il;
    private readonly List<(TrapKind Kind, Label Label)> _blocks = [];

    public TrapBlocks(IlWriter il)
    {
        _il = il;
    }

    /// <summary>The block of a kind; branch to it with an empty IL stack.</summary>
    public Label this[TrapKind kind]
    {
        get
        {
            foreach (var block in _blocks)
            {
                if (block.Kind == kind)
                {
                    return block.Label;
                }
            }
            var label = _il.DefineLabel();
            _blocks.Add((kind, label));
            return label;
        }
    }

    /// <summary>Writes the blocks that are used.</summary>
    public void EmitAll()
    {
        foreach (var (kind, label) in _blocks)
        {
            _il.MarkLabel(label);
            if (kind is TrapKind.CallStackExhausted or TrapKind.Interrupted)
            {
                _il.LoadArgument(0);
            }
            _il.Call(WellKnownMethods.RuntimeOperation(OperationOf(kind)));
            _il.Emit(Il.Ldnull);
            _il.Emit(Il.Throw);
        }
    }

    private static string OperationOf(TrapKind kind) => kind switch
    {
        TrapKind.CallStackExhausted => nameof(RuntimeOperations.StackCheckFailed),
        TrapKind.Interrupted => nameof(RuntimeOperations.Interrupted),
        _ => "Throw" + kind,
    };
}
