using Mik.Components.HostBinding;
using Mik.Components.Linking;
using Mik.Wasm.Execution;

namespace Mik.Fuzz.Tasks;

/// <summary>
/// A program of a seed: it tells two guests what to do, step by step, mostly what the model allows, and holds what comes of it against the model.
/// </summary>
internal sealed class TaskProgram : ITaskDriver
{
    private const int MostSteps = 250;
    private const int MostTasks = 6;
    private const int MostHandles = 24;
    private const int HostPlace = 4096;
    private static readonly CompiledComponent[] Components = [TaskHost.Compile(waits: false), TaskHost.Compile(waits: true)];

    private readonly RandomSource _random;
    private readonly bool _waits;
    private readonly TaskModel _model = new();
    private readonly Dictionary<int, TaskCompletionSource<uint>> _hostCalls = [];
    private readonly List<string> _trace = [];
    private int _steps;
    private int _ids;
    private int _numbers;
    private string? _fault;

    private TaskProgram(ulong seed)
    {
        _random = new RandomSource(seed);
        _waits = _random.OneIn(2);
    }

    /// <summary>Which steps were taken, and how often.</summary>
    public Dictionary<TaskStep, int> Counts { get; } = [];

    /// <summary>How it ended.</summary>
    public string End { get; private set; } = "";

    /// <summary>What mik did and the model does not allow, with all that led there; null when there is nothing.</summary>
    public string? Fault => _fault is null ? null
        : $"{_fault}\n    {string.Join("\n    ", _trace)}\n    "
            + $"{string.Join(", ", _model.Tasks.Select(task => $"{task.Instance.Number}.{task.Id} {task.Wait} {task.IsReady}"))}";

    /// <summary>The component that it was run with.</summary>
    public byte[] Bytes => TaskComponent.Build(_waits);

    /// <summary>Runs the program of a seed.</summary>
    public static TaskProgram Run(ulong seed)
    {
        var program = new TaskProgram(seed);
        program.Run();
        return program;
    }

    /// <inheritdoc/>
    public ulong Next(uint who, uint context, ulong value)
    {
        var (instance, news) = ((int)who >> 8, (TaskNews)(who & 0xFF));
        if (context >> 16 != (context & 0xFFFF))
        {
            throw Failed("the two slots of a context are not the same");
        }
        if (_model.Hear(instance, news, (int)(context & 0xFFFF), value) is { } fault)
        {
            throw Failed(fault);
        }
        var task = _model.Running!;
        FinishSomeHostCall();
        var order = task.Id == 0 ? new TaskOrder(TaskStep.SetContext, ++_ids) : _random.OneIn(400) ? Wild() : Choose(task);
        _steps++;
        Counts[order.Step] = Counts.GetValueOrDefault(order.Step) + 1;
        Trace($"{instance}.{task.Id} {news} {value:x} -> {order.Step} {order.A} {order.B} {order.C}");
        _model.Do(order);
        while (_model is { IsIdle: true, IsAnyReady: false } && _model.HostCalls.Find(call => !call.IsHostDone) is { } waited)
        {
            Finish(waited);
        }
        return order.Packed;
    }

    /// <inheritdoc/>
    /// <remarks>It takes its time when the number is odd.</remarks>
    public ValueTask<uint> Wait(uint x)
    {
        var result = (uint)TaskModel.HostResult((int)x);
        return x % 2 == 0 ? new(result) : new(_hostCalls[(int)x].Task);
    }

    private void Run()
    {
        using var instance = Components[_waits ? 1 : 0].Instantiate(new InstanceOptions { HostContext = this });
        instance.Loop.Choose = _random.Below;
        using var patience = new Timer(_ => instance.Interrupt("it did not end"), null, TimeSpan.FromSeconds(20), Timeout.InfiniteTimeSpan);
        var run = instance.GetFunction("run")!;
        for (var call = 0; call < 2 && _fault is null && End.Length == 0; call++)
        {
            Invoke(run);
        }
        End = End.Length == 0 ? "returned" : End;
    }

    private void Invoke(ComponentFunction run)
    {
        var x = ++_numbers;
        Trace($"the host calls {x}");
        var task = _model.Invoke(x);
        try
        {
            run.Call((uint)x, new VariantValue(0, null));
            _model.Settle();
            if (!task.IsResolved || !_model.IsIdle)
            {
                Failed("the call returned");
            }
        }
        catch (Trap trap)
        {
            _model.Settle();
            Trace(trap.Message);
            var isDeadlock = trap.Message.Contains("deadlock", StringComparison.Ordinal);
            if (isDeadlock ? !_model.IsIdle || _model.IsAnyReady || task.IsResolved
                : trap.Kind != TrapKind.CanonicalAbi || !(_model.IsTrapped || (_model.IsIdle && _model.MayTrapWhenIdle)))
            {
                Failed($"trap: {trap.Message}");
            }
            End = isDeadlock ? "deadlock" : "trap";
        }
        catch (InvalidOperationException) when (_fault is not null)
        {
            // It is told already.
        }
    }

    private InvalidOperationException Failed(string fault)
    {
        _fault ??= fault;
        return new InvalidOperationException(fault);
    }

    private void Trace(string line) => _trace.Add(line);

    private void FinishSomeHostCall()
    {
        if (_model.HostCalls.FindAll(call => !call.IsHostDone) is { Count: > 0 } open && _random.OneIn(6))
        {
            Finish(open[_random.Below(open.Count)]);
        }
    }

    private void Finish(ModelSubtask call)
    {
        Trace($"the host ends {call.X}");
        call.IsHostDone = true;
        _hostCalls[call.X].TrySetResult((uint)TaskModel.HostResult(call.X));
    }

    // Something that is most likely a mistake.
    private TaskOrder Wild() => _random.OneIn(4)
        ? new(TaskStep.Return, _random.Below(16) | (_random.Below(10) << 4))
        : new(
            _random.Pick<TaskStep>(
                [
                    TaskStep.TaskReturn, TaskStep.TaskCancel, TaskStep.SetDrop, TaskStep.Join, TaskStep.SubtaskCancel, TaskStep.SubtaskDrop,
                    TaskStep.StreamCancelRead, TaskStep.StreamCancelWrite, TaskStep.StreamDropReadable, TaskStep.StreamDropWritable,
                    TaskStep.FutureCancelRead, TaskStep.FutureCancelWrite, TaskStep.FutureDropReadable, TaskStep.FutureDropWritable,
                    TaskStep.BackpressureDec, TaskStep.StreamRead, TaskStep.FutureWrite,
                ]),
            _random.Below(10), _random.Below(2), _random.Below(40));

    private TaskOrder Choose(ModelTask task)
    {
        if (_steps > MostSteps)
        {
            return Finish(task);
        }
        for (; ; )
        {
            if (Try(task) is { } order)
            {
                return order;
            }
        }
    }

    // The program is long enough.
    private static TaskOrder Finish(ModelTask task) =>
        task.IsPlain ? new(TaskStep.Return, task.X)
        : !task.IsResolved ? new(TaskStep.TaskReturn)
        : task.Instance.Backpressure > 0 ? new(TaskStep.BackpressureDec)
        : new(TaskStep.Return);

    private TaskOrder? Try(ModelTask task)
    {
        var instance = task.Instance;
        var room = instance.Handles.Count(handle => handle is not null) < MostHandles;
        switch (_random.Below(_waits ? 36 : 30))
        {
            case 0:
                return room ? new(TaskStep.SetNew) : null;
            case 1:
                return Pick<ModelSet>(instance, set => set is { Members.Count: 0, Waiters: 0 }) is { } empty ? new(TaskStep.SetDrop, empty) : null;
            case 2 or 3 or 4:
                return Pick<ModelWaitable>(instance, waitable => !waitable.HasSyncWaiter) is { } joining
                    ? new(TaskStep.Join, joining, _random.OneIn(4) ? 0 : Pick<ModelSet>(instance, _ => true) ?? 0) : null;
            case 5:
                return Pick<ModelSet>(instance, _ => true) is { } polled ? new(TaskStep.Poll, polled, Place()) : null;
            case 6 or 7:
                return room ? new(_random.OneIn(3) ? TaskStep.FutureNew : TaskStep.StreamNew) : null;
            case 8 or 9 or 10 or 11 or 12 or 13:
                return Copy(instance);
            case 14:
                return Pick<ModelEnd>(instance, end => end is { IsCopying: true, Set: null }) is { } cancelled
                    ? OfEnd(instance, cancelled, TaskStep.StreamCancelRead, TaskStep.StreamCancelWrite) : null;
            case 15:
                return Pick<ModelEnd>(
                    instance, end => end is { IsCopying: false, IsPromised: false } && (end.IsDone || !end.Pipe.IsFuture || end.IsReadable)) is { } dropped
                    ? OfEnd(instance, dropped, TaskStep.StreamDropReadable, TaskStep.StreamDropWritable) : null;
            case 16:
                return Pick<ModelSubtask>(instance, call => call.IsDelivered) is { } over ? new(TaskStep.SubtaskDrop, over) : null;
            case 17:
                return Pick<ModelSubtask>(instance, call => call is { IsDelivered: false, IsCancelAsked: false, Set: null, HasSyncWaiter: false }) is { } called
                    ? new(TaskStep.SubtaskCancel, called) : null;
            case 18:
                return instance.Backpressure < 2 && _random.OneIn(3) ? new(TaskStep.BackpressureInc) : null;
            case 19:
                return instance.Backpressure > 0 ? new(TaskStep.BackpressureDec) : null;
            case 20:
                return room ? HostWait(TaskStep.HostWait) : null;
            case 21 or 22 or 23:
                return instance.Number == 0 && room ? CallServed(TaskStep.Call) : null;
            case 24:
                return Look(instance);
            case 25:
                return TaskReturn(task);
            case 26:
                return task is { IsCancelDelivered: true, IsResolved: false } ? new(TaskStep.TaskCancel) : null;
            case 27 or 28 or 29:
                return Return(task);
            case 30:
                return new(TaskStep.Yield);
            case 31:
                return Pick<ModelSet>(instance, set => set.HasEvent || (set.Members.Count > 0 && _random.OneIn(3))) is { } waited
                    ? new(TaskStep.Wait, waited, Place()) : null;
            case 32:
                return HostWait(TaskStep.HostWaitSync);
            case 33:
                return instance.Number == 0 && _random.OneIn(3) ? CallServed(TaskStep.CallSync) : null;
            case 34:
                return instance.Number == 0 && room && HasRoom ? new(TaskStep.CallPlain, Number(), Place()) : null;
            default:
                return instance.Number == 0 && HasRoom && _random.OneIn(3) ? new(TaskStep.CallPlainSync, Number()) : null;
        }
    }

    private bool HasRoom => _model.Tasks.Count < MostTasks;

    private int Number() => ++_numbers;

    // Results and events go here; streams are copied elsewhere.
    private int Place() => 8 * _random.Below(64);

    private TaskOrder? Copy(ModelInstance instance)
    {
        if (Pick<ModelEnd>(instance, end => end is { IsCopying: false, IsDone: false, IsPromised: false }) is not { } index)
        {
            return null;
        }
        var order = OfEnd(instance, index, TaskStep.StreamRead, TaskStep.StreamWrite);
        return order with { B = 1024 + _random.Below(1024), C = _random.Pick<int>([0, 0, 1, 2, 5, 20]) };
    }

    // The steps of futures are in the order of those of streams.
    private static TaskOrder OfEnd(ModelInstance instance, int index, TaskStep ofReadable, TaskStep ofWritable)
    {
        var end = (ModelEnd)instance.Handles[index]!;
        var step = end.IsReadable ? ofReadable : ofWritable;
        return new(end.Pipe.IsFuture ? step + (TaskStep.FutureNew - TaskStep.StreamNew) : step, index);
    }

    private TaskOrder HostWait(TaskStep step)
    {
        var x = Number();
        if (x % 2 != 0)
        {
            _hostCalls[x] = new TaskCompletionSource<uint>();
        }
        // Until the guest is told, nobody knows what is there.
        return new(step, x, HostPlace + (8 * x));
    }

    private TaskOrder Look(ModelInstance instance) => _random.Below(3) switch
    {
        0 => new(TaskStep.Store, Place(), _random.Below(0xFFFFF)),
        1 when Pick<ModelSubtask>(instance, call => call is { IsDelivered: true, Address: >= 0 }) is { } told =>
            new(TaskStep.Load, ((ModelSubtask)instance.Handles[told]!).Address),
        _ => new(TaskStep.Load, Place()),
    };

    private TaskOrder? CallServed(TaskStep step)
    {
        // One that waits inside takes its arguments when it is made, and its result when it goes on.
        var callee = _model.Instances[1];
        var isSync = step == TaskStep.CallSync;
        var mayGive = !isSync || callee is { Entering.Count: 0, Exclusive: null, Backpressure: 0 };
        var given = mayGive && _random.OneIn(2)
            ? Pick<ModelEnd>(
                _model.Instances[0],
                end => end is { IsReadable: true, IsCopying: false, IsDone: false, IsPromised: false, Set: null, Pipe.IsFuture: false }) ?? 0
            : 0;
        var x = Number();
        return HasRoom ? new(step, x, given, isSync ? HostPlace + (8 * x) : Place()) : null;
    }

    private TaskOrder? TaskReturn(ModelTask task)
    {
        if (task.IsPlain || task.IsResolved || !_random.OneIn(2))
        {
            return null;
        }
        var given = task.Caller is { IsSync: false } && _random.OneIn(2)
            ? Pick<ModelEnd>(
                task.Instance, end => end is { IsReadable: true, IsCopying: false, IsDone: false, IsPromised: false, Set: null, Pipe.IsFuture: true })
            : null;
        return new(TaskStep.TaskReturn, given is null ? 0 : 1, given ?? 0);
    }

    private TaskOrder? Return(ModelTask task)
    {
        if (task.IsPlain)
        {
            return _random.OneIn(4) ? new(TaskStep.Return, _random.Below(1000)) : null;
        }
        return _random.Below(6) switch
        {
            0 => new(TaskStep.Return, 1),
            1 => task.IsResolved ? new(TaskStep.Return) : null,
            _ => Pick<ModelSet>(task.Instance, set => set.HasEvent || (set.Members.Count > 0 && _random.OneIn(2))) is { } set
                ? new(TaskStep.Return, 2 | (set << 4)) : null,
        };
    }

    private int? Pick<T>(ModelInstance instance, Predicate<T> isSuch)
    {
        var handles = instance.Handles;
        int[] places = [.. Enumerable.Range(1, handles.Count - 1).Where(index => handles[index] is T thing && isSuch(thing))];
        return places.Length == 0 ? null : places[_random.Below(places.Length)];
    }
}
