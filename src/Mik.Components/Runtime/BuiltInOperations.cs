using Mik.Components.Model;
using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>
/// What the built-ins of async components do (CanonicalABI.md, "Canonical Definitions"); each is called by an emitted adapter with the context block and the
/// built-in's slot before its own arguments. The names are those of <see cref="BuiltIn"/>.
/// </summary>
internal static unsafe class BuiltInOperations
{
    private const int Blocked = -1;
    private const int MaximumBackpressure = ushort.MaxValue;

    /// <summary><c>task.cancel</c>.</summary>
    public static void TaskCancel(nint record, int slot) => AsyncTask(Enter(record, slot)).ConfirmCancel();

    /// <summary><c>task.return</c>, with its flat parameters in a row.</summary>
    public static void TaskReturn(nint record, int slot, nint values)
    {
        var builtIn = Enter(record, slot);
        var scope = builtIn.Scope;
        var task = AsyncTask(builtIn);
        var lift = task.Function.Definition;
        var options = builtIn.Definition.Options;
        if (!builtIn.Result.Matches(task.Function.Result)
            || options.StringEncoding != lift.Options.StringEncoding
            || (options.Memory is { } memory && (lift.Options.Memory is not { } other || scope.MemoryRecords[memory] != scope.MemoryRecords[other])))
        {
            throw TaskTraps.Abi("invalid `task.return` signature and/or options for current task");
        }
        task.CheckResolving();
        object? result = null;
        if (lift.Type.Result is not null)
        {
            LiftLowerContext context = default;
            context.Initialize(scope, options.Memory ?? -1, -1, options.StringEncoding, is64: false);
            result = ((delegate* managed<ref LiftLowerContext, nint, object?>)task.ResultLifter)(ref context, values);
        }
        task.Return(result);
    }

    /// <summary><c>context.get</c>.</summary>
    public static int ContextGet(nint record, int slot)
    {
        var scope = AdapterOperations.ScopeOf(record);
        return (int)(scope.Root.ContextSlots >> (32 * scope.BuiltIns[slot].Definition.ContextSlot));
    }

    /// <summary><c>context.set</c>.</summary>
    public static void ContextSet(nint record, int slot, int value)
    {
        var scope = AdapterOperations.ScopeOf(record);
        var shift = 32 * scope.BuiltIns[slot].Definition.ContextSlot;
        scope.Root.ContextSlots = (scope.Root.ContextSlots & ~(0xFFFF_FFFFL << shift)) | ((long)(uint)value << shift);
    }

    /// <summary><c>thread.yield</c>.</summary>
    public static int ThreadYield(nint record, int slot)
    {
        var scope = Enter(record, slot).Scope;
        if (scope.Root.CurrentTask is null)
        {
            return 0;
        }
        if (scope.Root.Loop.Stacks.IsOnOwnStack)
        {
            scope.Root.Loop.Stacks.Wait(static () => true);
        }
        else
        {
            scope.Root.Loop.Yield();
        }
        return 0;
    }

    /// <summary><c>subtask.cancel</c>.</summary>
    public static int SubtaskCancel(nint record, int slot, int index)
    {
        var builtIn = Enter(record, slot);
        var subtask = builtIn.Scope.Handles.GetObject<Subtask>(index, TableKind.Subtask);
        if (subtask.IsDelivered)
        {
            throw TaskTraps.Abi("`subtask.cancel` called after terminal status delivered");
        }
        if (subtask.IsCancelled)
        {
            throw TaskTraps.Abi("`subtask.cancel` called twice");
        }
        if (subtask.Set is not null)
        {
            throw TaskTraps.Abi("waitable cannot be used synchronously while added to a waitable set");
        }
        subtask.IsCancelled = true;
        if (!subtask.IsResolved)
        {
            subtask.HasSyncWaiter = true;
            subtask.Cancel();
            if (!subtask.IsResolved)
            {
                if (builtIn.Definition.IsAsync)
                {
                    subtask.HasSyncWaiter = false;
                    return Blocked;
                }
                Block(builtIn.Scope, () => subtask.IsResolved);
            }
            subtask.HasSyncWaiter = false;
        }
        return subtask.TakeEvent().Payload;
    }

    /// <summary><c>subtask.drop</c>.</summary>
    public static void SubtaskDrop(nint record, int slot, int index)
    {
        var scope = Enter(record, slot).Scope;
        var subtask = scope.Handles.GetObject<Subtask>(index, TableKind.Subtask);
        if (!subtask.IsDelivered)
        {
            throw TaskTraps.Abi("cannot drop a subtask which has not yet resolved");
        }
        subtask.Join(null);
        scope.Handles.Remove(index, TableKind.Subtask);
        scope.Root.Loop.Subtasks--;
    }

    /// <summary><c>stream.new</c>.</summary>
    public static long StreamNew(nint record, int slot) => New(Enter(record, slot), isFuture: false);

    /// <summary><c>future.new</c>.</summary>
    public static long FutureNew(nint record, int slot) => New(Enter(record, slot), isFuture: true);

    /// <summary><c>stream.read</c>.</summary>
    public static int StreamRead(nint record, int slot, int index, int pointer, int count) => Copy(record, slot, index, true, pointer, count);

    /// <summary><c>stream.write</c>.</summary>
    public static int StreamWrite(nint record, int slot, int index, int pointer, int count) => Copy(record, slot, index, false, pointer, count);

    /// <summary><c>future.read</c>.</summary>
    public static int FutureRead(nint record, int slot, int index, int pointer) => Copy(record, slot, index, true, pointer, 1);

    /// <summary><c>future.write</c>.</summary>
    public static int FutureWrite(nint record, int slot, int index, int pointer) => Copy(record, slot, index, false, pointer, 1);

    /// <summary><c>stream.cancel-read</c>.</summary>
    public static int StreamCancelRead(nint record, int slot, int index) => Cancel(record, slot, index, true);

    /// <summary><c>stream.cancel-write</c>.</summary>
    public static int StreamCancelWrite(nint record, int slot, int index) => Cancel(record, slot, index, false);

    /// <summary><c>future.cancel-read</c>.</summary>
    public static int FutureCancelRead(nint record, int slot, int index) => Cancel(record, slot, index, true);

    /// <summary><c>future.cancel-write</c>.</summary>
    public static int FutureCancelWrite(nint record, int slot, int index) => Cancel(record, slot, index, false);

    /// <summary><c>stream.drop-readable</c>.</summary>
    public static void StreamDropReadable(nint record, int slot, int index) => Drop(record, slot, index, true);

    /// <summary><c>stream.drop-writable</c>.</summary>
    public static void StreamDropWritable(nint record, int slot, int index) => Drop(record, slot, index, false);

    /// <summary><c>future.drop-readable</c>.</summary>
    public static void FutureDropReadable(nint record, int slot, int index) => Drop(record, slot, index, true);

    /// <summary><c>future.drop-writable</c>.</summary>
    public static void FutureDropWritable(nint record, int slot, int index) => Drop(record, slot, index, false);

    /// <summary><c>waitable-set.new</c>.</summary>
    public static int WaitableSetNew(nint record, int slot) => Enter(record, slot).Scope.Handles.AddObject(new WaitableSet(), TableKind.WaitableSet);

    /// <summary><c>waitable-set.wait</c>.</summary>
    public static int WaitableSetWait(nint record, int slot, int index, int pointer)
    {
        var builtIn = Enter(record, slot);
        var set = builtIn.Scope.Handles.GetObject<WaitableSet>(index, TableKind.WaitableSet);
        var address = EventPlace(builtIn, pointer);
        if (!set.HasEvent)
        {
            set.Waiters++;
            Block(builtIn.Scope, () => set.HasEvent);
            set.Waiters--;
        }
        return Tell(set.TakeEvent(), address);
    }

    /// <summary><c>waitable-set.poll</c>.</summary>
    public static int WaitableSetPoll(nint record, int slot, int index, int pointer)
    {
        var builtIn = Enter(record, slot);
        var set = builtIn.Scope.Handles.GetObject<WaitableSet>(index, TableKind.WaitableSet);
        var address = EventPlace(builtIn, pointer);
        return Tell(set.TakeEvent(), address);
    }

    /// <summary><c>waitable-set.drop</c>.</summary>
    public static void WaitableSetDrop(nint record, int slot, int index)
    {
        var scope = Enter(record, slot).Scope;
        var set = scope.Handles.GetObject<WaitableSet>(index, TableKind.WaitableSet);
        if (!set.IsEmpty)
        {
            throw TaskTraps.Abi("cannot drop waitable set with members");
        }
        if (set.Waiters > 0)
        {
            throw TaskTraps.Abi("cannot drop waitable set with waiters");
        }
        scope.Handles.Remove(index, TableKind.WaitableSet);
    }

    /// <summary><c>waitable.join</c>.</summary>
    public static void WaitableJoin(nint record, int slot, int index, int setIndex)
    {
        var scope = Enter(record, slot).Scope;
        var waitable = scope.Handles.GetWaitable(index);
        if (waitable.HasSyncWaiter)
        {
            throw TaskTraps.Abi("waitable cannot be added to a waitable set while it is used synchronously");
        }
        waitable.Join(setIndex == 0 ? null : scope.Handles.GetObject<WaitableSet>(setIndex, TableKind.WaitableSet));
    }

    /// <summary><c>backpressure.inc</c>.</summary>
    public static void BackpressureInc(nint record, int slot)
    {
        var scope = AdapterOperations.ScopeOf(record);
        if (scope.Backpressure == MaximumBackpressure)
        {
            throw TaskTraps.Abi("backpressure counter overflow");
        }
        scope.Backpressure++;
    }

    /// <summary><c>backpressure.dec</c>.</summary>
    public static void BackpressureDec(nint record, int slot)
    {
        var scope = AdapterOperations.ScopeOf(record);
        if (scope.Backpressure == 0)
        {
            throw TaskTraps.Abi("backpressure counter underflow");
        }
        scope.Backpressure--;
        GuestTask.AdmitNext(scope);
    }

    /// <summary>Waits on the guest's thread until a condition holds.</summary>
    /// <exception cref="Trap">The core code belongs to a function that is not async, or nobody can bring the condition about.</exception>
    public static void Block(InstanceScope scope, Func<bool> condition)
    {
        if (condition())
        {
            return;
        }
        if (scope.Root.CurrentTask is null)
        {
            throw TaskTraps.CannotBlock();
        }
        if (scope.Root.Loop.Stacks.IsOnOwnStack)
        {
            scope.Root.Loop.Stacks.Wait(condition);
        }
        else
        {
            scope.Root.Loop.RunUntil(condition);
        }
    }

    private static BuiltInInstance Enter(nint record, int slot)
    {
        var scope = AdapterOperations.ScopeOf(record);
        AdapterOperations.CheckMayLeave(scope);
        return scope.BuiltIns[slot];
    }

    private static GuestTask AsyncTask(BuiltInInstance builtIn) =>
        builtIn.Scope.Root.CurrentTask is { Function.Definition.Options.IsAsync: true } task && task.Function.Scope == builtIn.Scope
            ? task
            : throw TaskTraps.Abi("`task.return` or `task.cancel` called outside of a function that was lifted with `async`");

    private static long New(BuiltInInstance builtIn, bool isFuture)
    {
        var transmission = new Transmission(isFuture) { Element = builtIn.Element };
        return (uint)Add(builtIn.Scope, transmission, isReadable: true) | ((long)Add(builtIn.Scope, transmission, isReadable: false) << 32);
    }

    private static int Add(InstanceScope scope, Transmission transmission, bool isReadable)
    {
        var end = new TransmissionEnd(transmission, isReadable, scope);
        end.Index = scope.Handles.AddObject(end, end.Kind);
        return end.Index;
    }

    private static TransmissionEnd EndAt(BuiltInInstance builtIn, int index, bool isReadable)
    {
        var end = builtIn.Scope.Handles.GetObject<TransmissionEnd>(index, TransmissionEnd.KindOf(builtIn.Definition.Type is FutureType, isReadable));
        return end.Transmission.Element!.Matches(builtIn.Element)
            ? end
            : throw TaskTraps.Abi($"handle index {index} used with the wrong type of element");
    }

    private static int Copy(nint record, int slot, int index, bool isReadable, int pointer, int count)
    {
        var builtIn = Enter(record, slot);
        var end = EndAt(builtIn, index, isReadable);
        end.CheckBegin(builtIn.Definition.IsAsync);
        if (end.Begin(new GuestBuffer(builtIn.Scope, builtIn.Definition.Options, builtIn.Element, (uint)pointer, (uint)count)) is { } payload)
        {
            return payload;
        }
        return builtIn.Definition.IsAsync ? Blocked : WaitFor(end, builtIn.Scope);
    }

    private static int WaitFor(TransmissionEnd end, InstanceScope scope)
    {
        end.HasSyncWaiter = true;
        Block(scope, () => end.HasEvent);
        end.HasSyncWaiter = false;
        return end.TakeEvent().Payload;
    }

    private static int Cancel(nint record, int slot, int index, bool isReadable)
    {
        var builtIn = Enter(record, slot);
        return EndAt(builtIn, index, isReadable).Cancel(builtIn.Definition.IsAsync);
    }

    private static void Drop(nint record, int slot, int index, bool isReadable)
    {
        var builtIn = Enter(record, slot);
        var end = EndAt(builtIn, index, isReadable);
        end.Drop();
        builtIn.Scope.Handles.Remove(index, end.Kind);
    }

    private static nint EventPlace(BuiltInInstance builtIn, int pointer)
    {
        LiftLowerContext context = default;
        context.Initialize(builtIn.Scope, builtIn.Definition.Options.Memory!.Value, -1, StringEncoding.Utf8, is64: false);
        return context.Region((uint)pointer, 8, 4);
    }

    private static int Tell(WaitableEvent told, nint address)
    {
        ((int*)address)[0] = told.Index;
        ((int*)address)[1] = told.Payload;
        return (int)told.Code;
    }
}
