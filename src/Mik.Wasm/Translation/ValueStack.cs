using System.Reflection;
using Mik.Wasm.Execution;
using Mik.Wasm.Opcodes;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>The operand stack of the function being translated: values that emitted code has computed, or will.</summary>
/// <remarks>
/// Entries below <c>_settled</c> are constants and temporaries only. Whatever is under a block is settled when the block
/// begins, as code inside it may not run and so cannot be where a value gets its place.
/// </remarks>
internal sealed class ValueStack
{
    // Emission recurses by depth, and the compiler behind us does too.
    private const int MaximumDepth = 24;
    // Beyond this many unsettled entries all of them get a place, so that writes to locals stay cheap to translate.
    private const int MaximumScan = 64;

    private readonly IlWriter _il;
    private readonly LocalPool _pool;
    private readonly GuestLocals _locals;
    private readonly List<Operand> _entries = [];
    private readonly int[] _pendingReads;
    private int _settled;

    public ValueStack(IlWriter il, LocalPool pool, GuestLocals locals)
    {
        _il = il;
        _pool = pool;
        _locals = locals;
        _pendingReads = new int[locals.Count];
    }

    public int Count => _entries.Count;

    /// <summary>What the values of locals come from; null where nobody asks.</summary>
    public BitOrigins? Origins { get; set; }

    /// <summary>The IL locals with a 32-bit and a 64-bit zero that the compiler does not know; where <see cref="Origins"/> are known.</summary>
    public (int Narrow, int Wide) HiddenZeros { get; set; }

    /// <summary>An entry by its distance from the top.</summary>
    public Operand Peek(int distance) => _entries[_entries.Count - 1 - distance];

    public void Push(Operand operand) => _entries.Add(operand);

    public void PushConstant(StackType type, long bits) => Push(Operand.Constant(type, bits));

    public void PushLocal(int index)
    {
        _pendingReads[index]++;
        Push(Operand.Local(_locals.TypeOf(index), index, Origins?.OfLocal(index) ?? BitOrigin.Other));
    }

    /// <summary>Takes the value on the IL stack into a temporary and pushes that.</summary>
    public void PushFromIl(StackType type, BitOrigin origin) => Push(StoreTemporary(type, origin));

    /// <summary>Pushes a pure operation.</summary>
    public void PushOperation(
        StackType type, OpcodeInfo? row, IlStep[] steps, MethodInfo? method,
        Operand first, Operand? second = null, Operand? third = null)
    {
        if (first.Depth >= MaximumDepth || second?.Depth >= MaximumDepth || third?.Depth >= MaximumDepth)
        {
            first = Materialize(first);
            second = second is null ? null : Materialize(second);
            third = third is null ? null : Materialize(third);
        }
        Push(Operand.Operation(type, row, steps, method, first, second, third));
    }

    public Operand Pop()
    {
        var operand = _entries[^1];
        _entries.RemoveAt(_entries.Count - 1);
        _settled = Math.Min(_settled, _entries.Count);
        return operand;
    }

    /// <summary>Pops an operand and makes it simple.</summary>
    public Operand PopSimple() => Materialize(Pop());

    /// <summary>Pops an operand and emits it.</summary>
    public void PopEmit() => Emit(Pop());

    /// <summary>Drops entries until <paramref name="height"/> remain.</summary>
    public void Truncate(int height)
    {
        while (_entries.Count > height)
        {
            Discard(Pop());
        }
    }

    /// <summary>Emits an operand, which is used up by that.</summary>
    public void Emit(Operand operand)
    {
        EmitCopy(operand);
        Discard(operand);
    }

    /// <summary>Emits an operand that is used again.</summary>
    public void EmitCopy(Operand operand)
    {
        switch (operand.Kind)
        {
            case OperandKind.Constant:
                EmitConstant(operand);
                break;
            case OperandKind.Local:
                _locals.Load(operand.Index);
                break;
            case OperandKind.Temporary:
                _il.LoadLocal(operand.Index);
                break;
            default:
                EmitCopy(operand.First!);
                if (operand.Second is not null)
                {
                    EmitCopy(operand.Second);
                }
                if (operand.Third is not null)
                {
                    EmitCopy(operand.Third);
                }
                EmitSteps(operand);
                break;
        }
    }

    /// <summary>Emits a zero that the compiler does not know.</summary>
    public void EmitHiddenZero(StackType type) => _il.LoadLocal(type == StackType.I32 ? HiddenZeros.Narrow : HiddenZeros.Wide);

    /// <summary>Lets go of what an operand holds.</summary>
    public void Discard(Operand operand)
    {
        switch (operand.Kind)
        {
            case OperandKind.Local:
                _pendingReads[operand.Index]--;
                break;
            case OperandKind.Temporary when operand.IsOwned:
                _pool.Release(operand.Type, operand.Index);
                break;
            case OperandKind.Operation:
                Discard(operand.First!);
                if (operand.Second is not null)
                {
                    Discard(operand.Second);
                }
                if (operand.Third is not null)
                {
                    Discard(operand.Third);
                }
                break;
        }
    }

    /// <summary>Computes an operation into a temporary; simple operands stay as they are.</summary>
    public Operand Materialize(Operand operand) => operand.IsSimple ? operand : Place(operand);

    /// <summary>Makes the topmost <paramref name="count"/> entries simple.</summary>
    public void MaterializeTop(int count)
    {
        for (var i = _entries.Count - count; i < _entries.Count; i++)
        {
            _entries[i] = Materialize(_entries[i]);
        }
    }

    /// <summary>Makes entries below <paramref name="height"/> independent of where they are emitted.</summary>
    public void Settle(int height)
    {
        for (; _settled < height; _settled++)
        {
            var entry = _entries[_settled];
            if (entry.Kind is OperandKind.Local or OperandKind.Operation)
            {
                _entries[_settled] = Place(entry);
            }
        }
    }

    /// <summary>Must run before a local is written: computes what still has to read its old value.</summary>
    public void SpillReads(int local)
    {
        if (_pendingReads[local] == 0)
        {
            return;
        }
        if (_entries.Count - _settled > MaximumScan)
        {
            Settle(_entries.Count);
            return;
        }
        for (var i = _entries.Count - 1; i >= _settled && _pendingReads[local] > 0; i--)
        {
            if (Reads(_entries[i], local))
            {
                _entries[i] = Spill(_entries[i], local);
            }
        }
    }

    // A comparison stays one, for the branch that will test it: only what it compares is computed.
    private Operand Spill(Operand operand, int local)
    {
        if (operand.Row is null || !Conditions.IsTest(operand.Row))
        {
            return Place(operand);
        }
        var first = Reads(operand.First!, local) ? Place(operand.First!) : operand.First!;
        var second = operand.Second is { } other && Reads(other, local) ? Place(other) : operand.Second;
        return Operand.Operation(operand.Type, operand.Row, operand.Steps, operand.Method, first, second);
    }

    private static bool Reads(Operand operand, int local) => operand.Kind switch
    {
        OperandKind.Local => operand.Index == local,
        OperandKind.Operation => Reads(operand.First!, local)
            || (operand.Second is not null && Reads(operand.Second, local))
            || (operand.Third is not null && Reads(operand.Third, local)),
        _ => false,
    };

    private Operand Place(Operand operand)
    {
        Emit(operand);
        return StoreTemporary(operand.Type, operand.Origin);
    }

    private Operand StoreTemporary(StackType type, BitOrigin origin)
    {
        var local = _pool.Acquire(type);
        _il.StoreLocal(local);
        return Operand.Temporary(type, local, origin: origin);
    }

    private void EmitSteps(Operand operand)
    {
        if (operand.Method is not null)
        {
            _il.Call(operand.Method);
        }
        else
        {
            _il.Emit(operand.Steps);
        }
    }

    private void EmitConstant(Operand operand)
    {
        if (operand.IsOpaque && operand.Type is StackType.I32 or StackType.I64)
        {
            EmitHiddenZero(operand.Type);
            return;
        }
        if (operand.IsOpaque)
        {
            _il.Emit(Il.Ldsfld, OpaqueConstants.OpaqueField(operand.Type, operand.Bits));
            return;
        }
        switch (operand.Type)
        {
            case StackType.I32:
                _il.LoadInt32((int)operand.Bits);
                break;
            case StackType.I64:
                _il.LoadInt64(operand.Bits);
                break;
            case StackType.F32:
                _il.LoadSingle((int)operand.Bits);
                break;
            case StackType.F64:
                _il.LoadDouble(operand.Bits);
                break;
            case StackType.V128:
                _il.LoadInt64(operand.Bits);
                _il.LoadInt64(operand.UpperBits);
                _il.Call(WellKnownMethods.NumericOperation(nameof(SimdLanes.V128Const))!);
                break;
            case StackType.Object:
                _il.Emit(Il.Ldnull);
                break;
            default:
                _il.LoadInt32((int)operand.Bits);
                _il.Emit(Il.Conv_I);
                break;
        }
    }
}
