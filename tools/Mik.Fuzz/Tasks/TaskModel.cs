namespace Mik.Fuzz.Tasks;

/// <summary>
/// What the specification says of tasks (CanonicalABI.md, "Concurrency", and the built-ins), as an interpreter. It is told each step that core code is given,
/// and says what must come next. Where the specification leaves a choice open, such as which of several tasks goes on, it takes what was seen if that is among
/// what may be.
/// </summary>
internal sealed partial class TaskModel
{
    private readonly List<(Below Kind, ModelTask Task, ModelSubtask Subtask)> _below = [];
    private Func<TaskNews, ulong, string?>? _expected;

    // It waits for what is there: it may go on at once, or let others.
    private ModelTask? _undecided;

    private enum Below
    {
        Call,
        CallSync,
        Cancel,
    }

    /// <summary>The outer and the inner guest.</summary>
    public ModelInstance[] Instances { get; } = [new(0), new(1)];

    /// <summary>All that have not ended.</summary>
    public List<ModelTask> Tasks { get; } = [];

    /// <summary>What the host still does, in the order in which it began.</summary>
    public List<ModelSubtask> HostCalls { get; } = [];

    /// <summary>Whose code runs.</summary>
    public ModelTask? Running { get; private set; }

    /// <summary>Whether the guests must be ended now.</summary>
    public bool IsTrapped { get; private set; }

    /// <summary>Whether nothing runs, and any task that can may go on.</summary>
    public bool IsIdle => Running is null && !IsTrapped && _undecided is null;

    /// <summary>Whether a task can go on.</summary>
    public bool IsAnyReady => Tasks.Exists(task => task.IsReady);

    /// <summary>The host calls the outer guest.</summary>
    public ModelTask Invoke(int x)
    {
        var task = new ModelTask(Instances[0], isPlain: false, x, 0, null);
        Tasks.Add(task);
        Enter(task);
        return task;
    }

    /// <summary>Core code has asked; what is wrong with that, or null.</summary>
    public string? Hear(int instance, TaskNews news, int id, ulong value)
    {
        if (IsTrapped)
        {
            return $"expected a trap, got {news} of {id} in {instance}";
        }
        if (_undecided is { } undecided)
        {
            _undecided = null;
            if (undecided.Instance.Number == instance && undecided.Id == id)
            {
                if (_below.TrueForAll(below => below.Kind != Below.Call && !below.Subtask.IsResolved))
                {
                    // Those below wait too now, for all that can be seen.
                    Unwind();
                }
                return GoOn(Instances[instance], news, id, value);
            }
            Unwind();
        }
        if (_expected is not { } expected)
        {
            return GoOn(Instances[instance], news, id, value);
        }
        var running = Running!;
        return running.Instance.Number != instance || running.Id != id ? $"expected {running.Id} in {running.Instance.Number}, got {news} of {id} in {instance}"
            : expected(news, value);
    }

    /// <summary>Core code is given a step.</summary>
    public void Do(TaskOrder order)
    {
        try
        {
            Perform(Running!, order);
        }
        catch (ModelTrap)
        {
            IsTrapped = true;
        }
    }

    /// <summary>The guests gave control back to the host.</summary>
    public void Settle()
    {
        if (_undecided is not null)
        {
            _undecided = null;
            Unwind();
        }
    }

    /// <summary>Whether a trap may come when nothing runs: one that waits to begin is given what its caller does not have any more.</summary>
    public bool MayTrapWhenIdle => Tasks.Exists(task => task is { Wait: ModelWait.Entering, IsReady: true, Stream: > 0 });

    private void Perform(ModelTask task, TaskOrder order)
    {
        var (step, a, b, c) = order;
        var instance = task.Instance;
        switch (step)
        {
            case TaskStep.Return:
                Return(task, a);
                break;
            case TaskStep.SetContext:
                task.Id = a;
                ExpectResult(0);
                break;
            case TaskStep.TaskReturn:
                TaskReturn(task, a, b);
                break;
            case TaskStep.TaskCancel:
                Check(!task.IsPlain && task is { IsCancelDelivered: true, IsResolved: false });
                task.IsResolved = true;
                task.Caller!.Move(ModelSubtask.CancelledBeforeReturned);
                ExpectResult(0);
                break;
            case TaskStep.SetNew:
                ExpectResult((uint)instance.Add(new ModelSet()));
                break;
            case TaskStep.SetDrop:
                Check(instance.Get<ModelSet>(a) is { Members.Count: 0, Waiters: 0 });
                instance.Remove(a);
                ExpectResult(0);
                break;
            case TaskStep.Join:
                var joining = instance.Get<ModelWaitable>(a);
                Check(!joining.HasSyncWaiter);
                joining.Join(b == 0 ? null : instance.Get<ModelSet>(b));
                ExpectResult(0);
                break;
            case TaskStep.Poll:
                ExpectEventOf(instance.Get<ModelSet>(a), instance, b, TaskNews.Result);
                break;
            case TaskStep.Wait:
                var set = instance.Get<ModelSet>(a);
                set.Waiters++;
                (task.Set, task.Address) = (set, b);
                Block(task, ModelWait.Set);
                break;
            case TaskStep.Yield:
                Block(task, ModelWait.Yield);
                break;
            case TaskStep.SubtaskCancel:
                CancelSubtask(task, instance.Get<ModelSubtask>(a));
                break;
            case TaskStep.SubtaskDrop:
                var dropped = instance.Get<ModelSubtask>(a);
                Check(dropped.IsDelivered);
                dropped.Join(null);
                instance.Remove(a);
                ExpectResult(0);
                break;
            case TaskStep.StreamNew or TaskStep.FutureNew:
                var pipe = new ModelPipe(step == TaskStep.FutureNew);
                pipe.Readable = new ModelEnd(pipe, isReadable: true, instance);
                pipe.Writable = new ModelEnd(pipe, isReadable: false, instance);
                var readable = (uint)instance.Add(pipe.Readable);
                ExpectResult(readable | ((ulong)(uint)instance.Add(pipe.Writable) << 32));
                break;
            case TaskStep.StreamRead or TaskStep.StreamWrite or TaskStep.FutureRead or TaskStep.FutureWrite:
                var end = EndOf(instance, a, step is TaskStep.FutureRead or TaskStep.FutureWrite, step is TaskStep.StreamRead or TaskStep.FutureRead);
                Copy(end, b, end.Pipe.IsFuture ? 1 : c);
                break;
            case TaskStep.StreamCancelRead or TaskStep.StreamCancelWrite or TaskStep.FutureCancelRead or TaskStep.FutureCancelWrite:
                end = EndOf(
                    instance, a, step is TaskStep.FutureCancelRead or TaskStep.FutureCancelWrite,
                    step is TaskStep.StreamCancelRead or TaskStep.FutureCancelRead);
                Check(end is { IsCopying: true, Set: null });
                ExpectResult((uint)end.Cancel().Payload);
                break;
            case TaskStep.StreamDropReadable or TaskStep.StreamDropWritable or TaskStep.FutureDropReadable or TaskStep.FutureDropWritable:
                end = EndOf(
                    instance, a, step is TaskStep.FutureDropReadable or TaskStep.FutureDropWritable,
                    step is TaskStep.StreamDropReadable or TaskStep.FutureDropReadable);
                Check(!end.IsCopying && (end.IsDone || !end.Pipe.IsFuture || end.IsReadable));
                end.Join(null);
                end.IsDropped = true;
                instance.Remove(a);
                ExpectResult(0);
                break;
            case TaskStep.BackpressureInc:
                instance.Backpressure++;
                ExpectResult(0);
                break;
            case TaskStep.BackpressureDec:
                Check(instance.Backpressure-- > 0);
                ExpectResult(0);
                break;
            case TaskStep.HostWait or TaskStep.HostWaitSync:
                CallHost(task, a, step == TaskStep.HostWait ? b : -1);
                break;
            case TaskStep.Call or TaskStep.CallSync:
                CallGuest(task, a, b, c, isPlain: false, isSync: step == TaskStep.CallSync);
                break;
            case TaskStep.CallPlain or TaskStep.CallPlainSync:
                CallGuest(task, a, 0, step == TaskStep.CallPlain ? b : -1, isPlain: true, isSync: step == TaskStep.CallPlainSync);
                break;
            case TaskStep.Load:
                ExpectResult((uint)instance.Load(a));
                break;
            case TaskStep.Store:
                instance.Store(a, b);
                ExpectResult(0);
                break;
        }
    }

    private static void Check(bool isAllowed)
    {
        if (!isAllowed)
        {
            throw new ModelTrap();
        }
    }

    private static ModelEnd EndOf(ModelInstance instance, int index, bool isFuture, bool isReadable)
    {
        var end = instance.Get<ModelEnd>(index);
        Check(end.Pipe.IsFuture == isFuture && end.IsReadable == isReadable);
        return end;
    }

    private void Copy(ModelEnd end, int pointer, int length)
    {
        Check(end is { IsCopying: false, IsDone: false } && (length == 0 || pointer + length <= end.Owner.Memory.Length));
        end.Begin(pointer, length);
        ExpectResult(end.HasEvent ? (uint)end.Take().Payload : uint.MaxValue);
    }

    // What core code said that a callback, or a plain function, returns.
    private void Return(ModelTask task, int number)
    {
        if (task.IsPlain)
        {
            task.IsResolved = true;
            task.Caller!.Return(0, number);
            End(task);
            return;
        }
        var code = number & 15;
        Check(code <= 2);
        if (code == 0)
        {
            Check(task.IsResolved);
            End(task);
            return;
        }
        var set = code == 2 ? task.Instance.Get<ModelSet>(number >> 4) : null;
        if (task.IsCancelPending)
        {
            // It keeps the lock.
            DeliverCancel(task);
            return;
        }
        task.Set = set;
        if (set is not null)
        {
            set.Waiters++;
        }
        task.Instance.Exclusive = null;
        Block(task, code == 2 ? ModelWait.CallbackSet : ModelWait.CallbackYield);
    }

    private void DeliverCancel(ModelTask task)
    {
        task.IsCancelPending = false;
        task.IsCancelDelivered = true;
        Expect(TaskNews.Event, ModelEvent.Cancelled.Packed);
    }

    private void End(ModelTask task)
    {
        task.HasEnded = true;
        task.Instance.Exclusive = null;
        Tasks.Remove(task);
        Unwind();
    }

    private void TaskReturn(ModelTask task, int tag, int handle)
    {
        // Another's result type, when it is a plain one.
        Check(task is { IsPlain: false, IsResolved: false } && tag < 2);
        var value = 0;
        if (tag == 1)
        {
            var end = EndOf(task.Instance, handle, isFuture: true, isReadable: true);
            value = Move(end, task.Caller is null ? null : Instances[0]);
        }
        task.IsResolved = true;
        task.Caller?.Return(tag, value);
        ExpectResult(0);
    }

    // An end goes to another instance; null is the host.
    private static int Move(ModelEnd end, ModelInstance? to)
    {
        Check(end is { IsCopying: false, IsDone: false, Set: null });
        end.Owner.Remove(end.Index);
        end.IsPromised = false;
        if (to is null)
        {
            return 0;
        }
        end.Owner = to;
        return to.Add(end);
    }
}
