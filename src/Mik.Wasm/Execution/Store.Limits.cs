namespace Mik.Wasm.Execution;

/// <content>What is used of the limits.</content>
public sealed unsafe partial class Store
{
    private long _memoryBytes;
    private long _tableElements;
    private long _instanceBytes;

    /// <summary>What is used of the limits in bytes, by the store and by the host for it.</summary>
    public ResourceBudget Budget { get; private set; }

    /// <summary>Bytes that all linear memories have now.</summary>
    public long MemoryBytes => Volatile.Read(ref _memoryBytes);

    /// <summary>What the store itself has been charged.</summary>
    internal long OwnBytes => Volatile.Read(ref _memoryBytes) + (_tableElements * sizeof(nint)) + _instanceBytes + (_heap?.Bytes ?? 0);

    /// <summary>From now on the store draws on another budget, beginning with what it has. What it drew on before is left to its owner.</summary>
    /// <exception cref="Trap">The budget does not allow what the store has.</exception>
    internal void DrawOn(ResourceBudget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        budget.Charge(LimitedResource.Memory, OwnBytes);
        Take(budget);
    }

    /// <summary>From now on the store draws on another budget. What it has is settled by the caller.</summary>
    internal void DrawOnlyOn(ResourceBudget budget)
    {
        Take(budget);
    }

    private void Take(ResourceBudget budget)
    {
        if (_heap is not null)
        {
            Budget.RemoveReclaimer(_heap.Reclaim);
            budget.AddReclaimer(_heap.Reclaim);
        }
        Budget = budget;
    }

    /// <summary>What of the limits is used, and how many objects of the host guests know.</summary>
    internal StoreUse Use => new(_memoryBytes, _tableElements, _externals.Count);

    /// <summary>Goes back to an earlier use.</summary>
    internal void GoBackTo(StoreUse use)
    {
        Budget.Release(_memoryBytes - use.MemoryBytes + ((_tableElements - use.TableElements) * sizeof(nint)));
        Interlocked.Exchange(ref _memoryBytes, use.MemoryBytes);
        _tableElements = use.TableElements;
        Budget.Release((long)(_externals.Count - use.Externals) * ExternalBytes);
        _externals.RemoveRange(use.Externals, _externals.Count - use.Externals);
        _heap?.Clear();
        _state->HeapBudget = 0;
        _pending = null;
        _thrower = null;
        _state->Pending = 0;
    }

    /// <summary>Counts an instance and the bytes of its own state.</summary>
    /// <exception cref="Trap">A limit does not allow it.</exception>
    internal void Own(ModuleInstance instance, long bytes)
    {
        if (_instances.Count >= Limits.Instances)
        {
            throw new Trap(LimitedResource.Instances, $"more than {Limits.Instances} instances");
        }
        if (!TryTake(ref _instanceBytes, bytes, Limits.InstanceBytes))
        {
            throw new Trap(LimitedResource.Instances, $"instances need more than {Limits.InstanceBytes} bytes");
        }
        Budget.Charge(LimitedResource.Instances, bytes);
        _instances.Add(instance);
    }

    /// <summary>Counts what is kept for instances besides their own state.</summary>
    /// <exception cref="Trap">The budget does not allow it.</exception>
    internal void ChargeInstances(long bytes)
    {
        Budget.Charge(LimitedResource.Instances, bytes);
        _instanceBytes += bytes;
    }

    internal bool TryTakeMemory(long bytes)
    {
        if (!Budget.TryCharge(LimitedResource.Memory, bytes))
        {
            return false;
        }
        if (TryTake(ref _memoryBytes, bytes, Limits.MemoryBytes))
        {
            return true;
        }
        Budget.Release(bytes);
        Budget.Refuse(LimitedResource.Memory, bytes);
        return false;
    }

    internal void ReturnMemory(long bytes)
    {
        Interlocked.Add(ref _memoryBytes, -bytes);
        Budget.Release(bytes);
    }

    internal bool TryTakeTableElements(long count)
    {
        if (!TryTake(ref _tableElements, count, Math.Min(Limits.TableElements, Array.MaxLength)))
        {
            Budget.Refuse(LimitedResource.Tables, Math.Min(count, long.MaxValue / sizeof(nint)) * sizeof(nint));
            return false;
        }
        if (Budget.TryCharge(LimitedResource.Tables, count * sizeof(nint)))
        {
            return true;
        }
        _tableElements -= count;
        return false;
    }

    internal void ReturnTableElements(long count)
    {
        _tableElements -= count;
        Budget.Release(count * sizeof(nint));
    }

    private static bool TryTake(ref long used, long count, long limit)
    {
        // A shared memory may be grown by several threads, and counts where it was made.
        var taken = Volatile.Read(ref used);
        while (count <= limit - taken)
        {
            var seen = Interlocked.CompareExchange(ref used, taken + count, taken);
            if (seen == taken)
            {
                return true;
            }
            taken = seen;
        }
        return false;
    }
}
