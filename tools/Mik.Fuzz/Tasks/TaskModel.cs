namespace Mik.Fuzz.Tasks;

/// <summary>
/// What the specification says of tasks (CanonicalABI.md, "Concurrency", and the built-ins), as an interpreter. It is told each step that core code is given,
/// and says what must come next. Where the specification leaves a choice open, such as which of several tasks goes on, it takes what was seen if that is among
/// what may be.
/// </summary>
internal sealed class TaskModel
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

    private void CallHost(ModelTask task, int x, int address)
    {
        Check(address <= task.Instance.Memory.Length - 4 && address % 4 <= 0);
        var call = new ModelSubtask(task.Instance, address, givesOption: false) { X = x };
        call.Move(ModelSubtask.Started);
        if (x % 2 == 0)
        {
            // The host does it at once.
            call.Return(0, HostResult(x));
            call.IsDelivered = true;
            ExpectResult(address >= 0 ? ModelSubtask.Returned : (uint)HostResult(x));
            return;
        }
        HostCalls.Add(call);
        if (address < 0)
        {
            task.Subtask = call;
            Block(task, ModelWait.Subtask);
            return;
        }
        Announce(task, call);
    }

    /// <summary>What the host gives for a number.</summary>
    public static int HostResult(int x) => x * 7;

    private void Announce(ModelTask task, ModelSubtask call)
    {
        var index = task.Instance.Add(call);
        call.Announce();
        ExpectResult((uint)call.State | ((ulong)(uint)index << 4));
    }

    private void CallGuest(ModelTask task, int x, int stream, int address, bool isPlain, bool isSync)
    {
        Check(address <= task.Instance.Memory.Length - 8 && address % 4 <= 0);
        var call = new ModelSubtask(task.Instance, address, givesOption: !isPlain);
        var callee = new ModelTask(Instances[1], isPlain, x, stream, call);
        (call.Callee, call.IsSync) = (callee, isSync);
        Tasks.Add(callee);
        _below.Add((isSync ? Below.CallSync : Below.Call, task, call));
        Enter(callee);
    }

    private void Enter(ModelTask task)
    {
        task.Wait = ModelWait.Entering;
        if (task.Instance.Entering.Count == 0 && task.IsReady)
        {
            Start(task);
            return;
        }
        task.Instance.Entering.Add(task);
        Unwind();
    }

    private void Start(ModelTask task)
    {
        task.IsStarted = true;
        task.Wait = ModelWait.None;
        task.Caller?.Move(ModelSubtask.Started);
        var handle = 0;
        if (task.Stream > 0)
        {
            handle = Move(EndOf(Instances[0], task.Stream, isFuture: false, isReadable: true), task.Instance);
        }
        task.Instance.Exclusive = task;
        Running = task;
        Expect(
            task.IsPlain ? TaskNews.PlainStart : TaskNews.Start,
            (uint)task.X | (handle > 0 ? 1ul << 24 : 0) | ((ulong)(uint)handle << 32));
    }

    private void CancelSubtask(ModelTask task, ModelSubtask call)
    {
        Check(call is { IsDelivered: false, IsCancelAsked: false, Set: null, HasSyncWaiter: false });
        if (call.IsResolved)
        {
            ExpectResult((uint)call.Take().Payload);
            return;
        }
        call.IsCancelAsked = true;
        if (call.Callee is not { } callee)
        {
            CancelHostCall(call);
            return;
        }
        if (!callee.IsStarted)
        {
            callee.Instance.Entering.Remove(callee);
            (callee.HasEnded, callee.IsResolved) = (true, true);
            Tasks.Remove(callee);
            if (callee.Stream > 0 && Instances[0].Handles[callee.Stream] is ModelEnd end)
            {
                end.IsPromised = false;
            }
            call.Move(ModelSubtask.CancelledBeforeStarted);
            ExpectResult((uint)call.Take().Payload);
            return;
        }
        if (callee.Wait is ModelWait.CallbackSet or ModelWait.CallbackYield && callee.Instance.Exclusive is null)
        {
            _below.Add((Below.Cancel, task, call));
            Resume(callee);
            DeliverCancel(callee);
            return;
        }
        callee.IsCancelPending = true;
        WaitForEnd(task, call);
    }

    private void CancelHostCall(ModelSubtask call)
    {
        HostCalls.Remove(call);
        var isDone = call.IsHostDone;
        _expected = (news, value) =>
        {
            // One that is done, of which nobody was told, may be either.
            if (news != TaskNews.Result || (value != ModelSubtask.CancelledBeforeReturned && !(isDone && value == ModelSubtask.Returned)))
            {
                return $"expected the end of a call of the host, got {news} {value}";
            }
            if (value == ModelSubtask.Returned)
            {
                call.Return(0, HostResult(call.X));
            }
            else
            {
                call.Move(ModelSubtask.CancelledBeforeReturned);
            }
            call.Take();
            return null;
        };
    }

    private void WaitForEnd(ModelTask task, ModelSubtask call)
    {
        call.HasSyncWaiter = true;
        task.Subtask = call;
        Block(task, ModelWait.Subtask);
    }

    private void Block(ModelTask task, ModelWait wait)
    {
        task.Wait = wait;
        if (wait is ModelWait.Set or ModelWait.Yield or ModelWait.Subtask && task.IsReady)
        {
            (_undecided, Running) = (task, null);
            return;
        }
        Unwind();
    }

    // The running code has returned or waits: whoever is below it goes on.
    private void Unwind()
    {
        while (_below.Count > 0)
        {
            var (kind, task, call) = _below[^1];
            _below.RemoveAt(_below.Count - 1);
            Running = task;
            if (call.IsResolved)
            {
                call.Take();
                ExpectResult(
                    kind switch { Below.Call => ModelSubtask.Returned, Below.Cancel => (uint)call.State, _ => call.Callee!.IsPlain ? (uint)call.Value : 0u });
                return;
            }
            if (kind == Below.Call)
            {
                if (call.Callee is { IsStarted: false, Stream: > 0 } && Instances[0].Handles[call.Callee.Stream] is ModelEnd end)
                {
                    end.IsPromised = true;
                }
                Announce(task, call);
                return;
            }
            call.HasSyncWaiter |= kind == Below.Cancel;
            (task.Subtask, task.Wait) = (call, ModelWait.Subtask);
        }
        Running = null;
        _expected = null;
    }

    // The host did its part some time ago, and now its guest knows.
    private void Tell(ModelSubtask call)
    {
        if (call is { IsHostDone: true, IsResolved: false })
        {
            HostCalls.Remove(call);
            call.Return(0, HostResult(call.X));
        }
    }

    // Nothing ran: which task is it that goes on?
    private string? GoOn(ModelInstance instance, TaskNews news, int id, ulong value)
    {
        var task = news is TaskNews.Start or TaskNews.PlainStart
            ? instance.Entering.Find(entering => entering.X == (int)(value & 0xFFFFFF) && entering.IsPlain == (news == TaskNews.PlainStart))
            : Tasks.Find(waiting => waiting.Instance == instance && waiting.Id == id && waiting.IsStarted);
        if (task is not { IsReady: true })
        {
            return $"{news} of {id} in {instance.Number}, which cannot go on: {task?.Wait}";
        }
        try
        {
            GoOn(task);
        }
        catch (ModelTrap)
        {
            return "expected a trap when the call begins";
        }
        return _expected!(news, value);
    }

    private void GoOn(ModelTask task)
    {
        switch (task.Wait)
        {
            case ModelWait.Entering:
                task.Instance.Entering.Remove(task);
                Start(task);
                break;
            case ModelWait.CallbackSet or ModelWait.CallbackYield:
                var set = task.Set;
                Resume(task);
                if (task.IsCancelPending)
                {
                    DeliverCancel(task);
                }
                else if (set is null)
                {
                    Expect(TaskNews.Event, ModelEvent.None.Packed);
                }
                else
                {
                    ExpectEventOf(set, null, 0, TaskNews.Event);
                }
                break;
            case ModelWait.Set:
                (var waited, task.Set, task.Wait, Running) = (task.Set!, null, ModelWait.None, task);
                waited.Waiters--;
                ExpectEventOf(waited, task.Instance, task.Address, TaskNews.Result);
                break;
            case ModelWait.Yield:
                (task.Wait, Running) = (ModelWait.None, task);
                ExpectResult(0);
                break;
            case ModelWait.Subtask:
                var call = task.Subtask!;
                (task.Subtask, task.Wait, Running) = (null, ModelWait.None, task);
                var isCancel = call.HasSyncWaiter;
                call.HasSyncWaiter = false;
                Tell(call);
                call.Take();
                ExpectResult(isCancel ? (uint)call.State : call.Callee is { IsPlain: false } ? 0u : (uint)call.Value);
                break;
        }
    }

    private void Resume(ModelTask task)
    {
        if (task.Set is { } set)
        {
            set.Waiters--;
        }
        (task.Set, task.Wait, Running) = (null, ModelWait.None, task);
        task.Instance.Exclusive = task;
    }

    private void ExpectResult(ulong value) => Expect(TaskNews.Result, value);

    private void Expect(TaskNews news, ulong value) =>
        _expected = (heard, got) => heard == news && got == value ? null : $"expected {news} {value:x}, got {heard} {got:x}";

    // Any of those that a set has, in memory too when that is where it goes.
    private void ExpectEventOf(ModelSet set, ModelInstance? memory, int address, TaskNews news) => _expected = (heard, got) =>
    {
        var told = ModelEvent.None;
        if (set.HasEvent || (got & 0xFF) != 0)
        {
            if (set.Members.Find(member => member.MayHaveEvent && member.Index == (int)((got >> 8) & 0xFFFFFF)) is not { } member)
            {
                return $"expected an event of the set, got {heard} {got:x}";
            }
            if (member is ModelSubtask call)
            {
                Tell(call);
            }
            told = member.Take();
        }
        memory?.Store(address, told.Index);
        memory?.Store(address + 4, told.Payload);
        return heard == news && got == told.Packed ? null : $"expected {news} {told}, got {heard} {got:x}";
    };
}
