using Mik.Wasm.Decoding;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Bounds checks and addresses of a function's loads and stores.</summary>
/// <remarks>
/// Base and length of each memory are in IL locals. The base never moves; the length is read again before its first use
/// after something that may have grown the memory. A check that was passed holds for ever, as memories never shrink: so
/// within code that is always entered from above, an access that an earlier one covers is not checked again.
/// </remarks>
internal sealed class MemoryAccess
{
    private const int LengthOffset = 8;
    private const int MaximumFacts = 8;

    private readonly IlWriter _il;
    private readonly ValueStack _stack;
    private readonly TrapBlocks _traps;
    private readonly LocalPool _pool;
    private readonly WasmModule _module;
    private readonly ContextLayout _layout;
    private readonly Slot[] _slots;
    private readonly List<(int Local, int Memory, ulong End)> _facts = new(MaximumFacts);
    private readonly MemorySet _growable;
    private readonly LoadRuns _loads;

    public MemoryAccess(
        WasmModule module, ContextLayout layout, FunctionSurvey survey, IlWriter il, ValueStack stack, TrapBlocks traps, LocalPool pool)
    {
        _module = module;
        _layout = layout;
        _il = il;
        _stack = stack;
        _traps = traps;
        _pool = pool;
        _loads = survey.Loads;
        _slots = new Slot[module.Memories.Length];
        foreach (var index in survey.Memories)
        {
            _slots[index] = new Slot(il.DeclareLocal(typeof(nint)), il.DeclareLocal(typeof(long)));
            Stale |= MemorySet.Of(index);
            var limits = module.Memories[index].Limits;
            if (limits.Maximum != limits.Minimum)
            {
                _growable |= MemorySet.Of(index);
            }
            LoadRecord(index);
            _il.Emit(Il.Ldind_I);
            _il.StoreLocal(_slots[index].Base);
        }
    }

    /// <summary>Memories whose length local must be read before it is used.</summary>
    public MemorySet Stale { get; set; }

    /// <summary>Another function or <c>memory.grow</c> ran.</summary>
    public void MarkStale() => Stale |= _growable;

    /// <summary>Code is entered from anywhere in a block: no length is known.</summary>
    public void MarkAllStale()
    {
        for (var index = 0; index < _slots.Length; index++)
        {
            if (_slots[index].Exists)
            {
                Stale |= MemorySet.Of(index);
            }
        }
    }

    /// <summary>Reads all lengths that are out of date; before a loop and before branches back to it.</summary>
    public void Refresh()
    {
        for (var index = 0; !Stale.IsEmpty; index++)
        {
            RefreshLength(index);
        }
    }

    /// <summary>Forgets which accesses are known to be in bounds: code may be entered from elsewhere.</summary>
    public void ForgetChecks() => _facts.Clear();

    /// <summary>A local of the guest was written.</summary>
    public void ForgetLocal(int local) => _facts.RemoveAll(fact => fact.Local == local);

    /// <summary>Pops an address, in a form that can be emitted twice.</summary>
    public Operand PopAddress()
    {
        var address = _stack.Pop();
        if (address.IsSimple || address.Type != StackType.I32)
        {
            return _stack.Materialize(address);
        }
        _stack.Emit(address);
        _il.Emit(Il.Conv_U8);
        var local = _pool.Acquire(StackType.I64);
        _il.StoreLocal(local);
        return Operand.Temporary(StackType.I64, local);
    }

    /// <summary>The check of an instruction that loads or stores.</summary>
    public void Check(in Instruction instruction, Operand address) =>
        Check(instruction.MemoryIndex, address, instruction.MemoryOffset, instruction.Info.AccessBytes, _loads.EndOf(instruction.Offset));

    /// <summary>The check of an access that is not a load's or a store's.</summary>
    public void Check(int memory, Operand address, ulong offset, int size) => Check(memory, address, offset, size, 0);

    /// <summary>Traps unless <paramref name="size"/> bytes at <paramref name="address"/> + <paramref name="offset"/> are in bounds.</summary>
    private void Check(int memory, Operand address, ulong offset, int size, ulong furthest)
    {
        if (!_module.Memories[memory].Limits.Is64)
        {
            Check32(memory, address, offset + (ulong)size, furthest);
        }
        else if (offset > long.MaxValue - (ulong)size)
        {
            _il.LoadInt32(0);
            _il.Branch(Il.Brfalse, _traps[TrapKind.OutOfBoundsMemoryAccess]);
        }
        else
        {
            Check64(memory, address, offset + (ulong)size);
        }
    }

    /// <summary>The native address of a checked access.</summary>
    public void EmitAddress(int memory, Operand address, ulong offset)
    {
        _il.LoadLocal(_slots[memory].Base);
        if (address.Kind == OperandKind.Constant)
        {
            var constant = address.Type == StackType.I32 ? (uint)address.Bits : (ulong)address.Bits;
            _il.LoadInt64((long)(constant + offset));
            _il.Emit(Il.Add);
            return;
        }
        EmitExtended(address);
        _il.Emit(Il.Add);
        if (offset != 0)
        {
            _il.LoadInt64((long)offset);
            _il.Emit(Il.Add);
        }
    }

    /// <summary>The present length in bytes, from the memory's record.</summary>
    public void LoadCurrentLength(int memory)
    {
        LoadRecord(memory);
        _il.LoadInt32(LengthOffset);
        _il.Emit(Il.Add);
        _il.Emit(Il.Ldind_I8);
    }

    private void Check32(int memory, Operand address, ulong end, ulong furthest)
    {
        if (address.Kind == OperandKind.Constant)
        {
            CheckConstant(memory, (uint)address.Bits + end);
            return;
        }
        if (address.Kind == OperandKind.Local)
        {
            // The instructions that it is widened for load from the same local.
            end = Math.Max(end, furthest);
            if (!AddFact(address.Index, memory, end))
            {
                return;
            }
        }
        RefreshLength(memory);
        EmitExtended(address);
        _il.LoadLocal(_slots[memory].Length);
        _il.LoadInt64((long)end);
        _il.Emit(Il.Sub);
        _il.Branch(Il.Bgt, _traps[TrapKind.OutOfBoundsMemoryAccess]);
    }

    private void Check64(int memory, Operand address, ulong end)
    {
        RefreshLength(memory);
        var limit = _pool.Acquire(StackType.I64);
        _il.LoadLocal(_slots[memory].Length);
        _il.LoadInt64((long)end);
        _il.Emit(Il.Sub);
        _il.StoreLocal(limit);
        _il.LoadLocal(limit);
        _il.LoadInt64(0);
        _il.Branch(Il.Blt, _traps[TrapKind.OutOfBoundsMemoryAccess]);
        _stack.EmitCopy(address);
        _il.LoadLocal(limit);
        _il.Branch(Il.Bgt_Un, _traps[TrapKind.OutOfBoundsMemoryAccess]);
        _pool.Release(StackType.I64, limit);
    }

    private void CheckConstant(int memory, ulong end)
    {
        var type = _module.Memories[memory];
        if (end <= type.Limits.Minimum << type.PageSizeLog2)
        {
            return;
        }
        RefreshLength(memory);
        _il.LoadInt64((long)end);
        _il.LoadLocal(_slots[memory].Length);
        _il.Branch(Il.Bgt, _traps[TrapKind.OutOfBoundsMemoryAccess]);
    }

    /// <summary>Notes that an access is checked; false when it is covered already.</summary>
    private bool AddFact(int local, int memory, ulong end)
    {
        for (var i = 0; i < _facts.Count; i++)
        {
            var fact = _facts[i];
            if (fact.Local == local && fact.Memory == memory)
            {
                _facts[i] = (local, memory, Math.Max(end, fact.End));
                return end > fact.End;
            }
        }
        if (_facts.Count == MaximumFacts)
        {
            _facts.RemoveAt(0);
        }
        _facts.Add((local, memory, end));
        return true;
    }

    private void EmitExtended(Operand address)
    {
        _stack.EmitCopy(address);
        if (address.Type == StackType.I32)
        {
            _il.Emit(Il.Conv_U8);
        }
    }

    private void RefreshLength(int memory)
    {
        if (Stale.Contains(memory))
        {
            LoadCurrentLength(memory);
            _il.StoreLocal(_slots[memory].Length);
            Stale = Stale.Without(memory);
        }
    }

    private void LoadRecord(int memory)
    {
        _il.LoadArgument(0);
        _il.LoadInt32(_layout.Memory(memory));
        _il.Emit(Il.Add);
        _il.Emit(Il.Ldind_I);
    }

    private readonly record struct Slot(int Base, int Length, bool Exists = true);
}
