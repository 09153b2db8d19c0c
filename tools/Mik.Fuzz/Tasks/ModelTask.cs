namespace Mik.Fuzz.Tasks;

/// <summary>A component instance of the model.</summary>
internal sealed class ModelInstance(int number)
{
    private readonly Stack<int> _free = [];

    public int Number => number;

    public byte[] Memory { get; } = new byte[65536];

    public List<object?> Handles { get; } = [null];

    public int Backpressure { get; set; }

    /// <summary>Who keeps others from entering.</summary>
    public ModelTask? Exclusive { get; set; }

    public List<ModelTask> Entering { get; } = [];

    public int Add(object thing)
    {
        if (!_free.TryPop(out var index))
        {
            index = Handles.Count;
            Handles.Add(null);
        }
        Handles[index] = thing;
        if (thing is ModelWaitable waitable)
        {
            waitable.Index = index;
        }
        return index;
    }

    public void Remove(int index)
    {
        Handles[index] = null;
        _free.Push(index);
    }

    public T Get<T>(int index)
        where T : class => index < Handles.Count && Handles[index] is T thing ? thing : throw new ModelTrap();

    public void Store(int address, int value)
    {
        if (address > Memory.Length - 4)
        {
            throw new ModelTrap();
        }
        BitConverter.TryWriteBytes(Memory.AsSpan(address), value);
    }

    public int Load(int address) => address <= Memory.Length - 4 ? BitConverter.ToInt32(Memory, address) : throw new ModelTrap();
}

/// <summary>The model says that the guests are ended here.</summary>
internal sealed class ModelTrap : Exception;

/// <summary>What a task of the model waits for.</summary>
internal enum ModelWait
{
    None,
    Entering,
    /// <summary>Its callback has returned WAIT.</summary>
    CallbackSet,
    /// <summary>Its callback has returned YIELD.</summary>
    CallbackYield,
    /// <summary>Inside its code: for an event of a set.</summary>
    Set,
    Yield,
    /// <summary>Inside its code: for the end of a call.</summary>
    Subtask,
}

/// <summary>A call of a guest's function, and the only thread of it.</summary>
internal sealed class ModelTask(ModelInstance instance, bool isPlain, int x, int stream, ModelSubtask? caller)
{
    public ModelInstance Instance => instance;

    /// <summary>Whether it was lifted without a callback.</summary>
    public bool IsPlain => isPlain;

    public int X => x;

    /// <summary>The caller's handle of the stream that it is given, or 0.</summary>
    public int Stream => stream;

    /// <summary>The call that it is for its caller; null when that is the host.</summary>
    public ModelSubtask? Caller => caller;

    public int Id { get; set; }

    public ModelWait Wait { get; set; }

    public ModelSet? Set { get; set; }

    public ModelSubtask? Subtask { get; set; }

    /// <summary>Where the event goes that it waits for inside.</summary>
    public int Address { get; set; }

    public bool IsStarted { get; set; }

    public bool IsResolved { get; set; }

    public bool IsCancelPending { get; set; }

    public bool IsCancelDelivered { get; set; }

    public bool HasEnded { get; set; }

    public bool IsReady => Wait switch
    {
        ModelWait.Entering => instance.Backpressure == 0 && instance.Exclusive is null,
        ModelWait.CallbackSet => instance.Exclusive is null && (IsCancelPending || Set!.MayHaveEvent),
        ModelWait.CallbackYield => instance.Exclusive is null,
        ModelWait.Set => Set!.MayHaveEvent,
        ModelWait.Yield => true,
        ModelWait.Subtask => Subtask!.IsResolved || Subtask.IsHostDone,
        _ => false,
    };
}

/// <summary>A call of another guest or of the host, as its caller has it.</summary>
internal sealed class ModelSubtask(ModelInstance instance, int address, bool givesOption) : ModelWaitable
{
    public const int Starting = 0, Started = 1, Returned = 2, CancelledBeforeStarted = 3, CancelledBeforeReturned = 4;

    private bool _hasProgress;

    public int State { get; private set; }

    public bool IsResolved => State >= Returned;

    public bool IsDelivered { get; set; }

    public bool IsCancelAsked { get; set; }

    /// <summary>The guest's task; null when the host does it.</summary>
    public ModelTask? Callee { get; set; }

    /// <summary>Whether the caller waits inside its code.</summary>
    public bool IsSync { get; set; }

    /// <summary>The number that the host was given.</summary>
    public int X { get; set; }

    /// <summary>Whether the host has done its part, and nobody was told.</summary>
    public bool IsHostDone { get; set; }

    /// <summary>What a function that returns a number has given.</summary>
    public int Value { get; private set; }

    public override bool HasEvent => _hasProgress;

    public override bool MayHaveEvent => _hasProgress || (IsHostDone && !IsResolved);

    /// <summary>Where its result goes, or less than 0.</summary>
    public int Address => address;

    public void Move(int state)
    {
        State = state;
        _hasProgress = true;
    }

    /// <summary>Its caller has a handle of it now, and knows its state.</summary>
    public void Announce() => _hasProgress = false;

    /// <summary>Writes the result where the caller wants it.</summary>
    public void Return(int tag, int value)
    {
        Value = value;
        if (address >= 0)
        {
            if (!givesOption)
            {
                instance.Store(address, value);
            }
            else
            {
                instance.Memory[address] = (byte)tag;
                if (tag != 0)
                {
                    instance.Store(address + 4, value);
                }
            }
        }
        Move(Returned);
    }

    public override ModelEvent Take()
    {
        _hasProgress = false;
        IsDelivered = IsResolved;
        return new(ModelEvent.Subtask, Index, State);
    }
}
