namespace Mik.Fuzz.Tasks;

/// <summary>Something of the model that has events.</summary>
internal abstract class ModelWaitable
{
    public int Index { get; set; }

    public ModelSet? Set { get; private set; }

    public bool HasSyncWaiter { get; set; }

    public abstract bool HasEvent { get; }

    /// <summary>Whether the host may have told of one by now.</summary>
    public virtual bool MayHaveEvent => HasEvent;

    /// <summary>Tells the event: code, index, payload.</summary>
    public abstract ModelEvent Take();

    public void Join(ModelSet? set)
    {
        Set?.Members.Remove(this);
        Set = set;
        Set?.Members.Add(this);
    }
}

/// <summary>An event.</summary>
internal readonly record struct ModelEvent(int Code, int Index, int Payload)
{
    public const int Subtask = 1, StreamRead = 2, StreamWrite = 3, FutureRead = 4, FutureWrite = 5;

    public static ModelEvent None => default;

    public static ModelEvent Cancelled => new(6, 0, 0);

    /// <summary>As core code hands it on.</summary>
    public ulong Packed => (uint)Code | ((ulong)(uint)Index << 8) | ((ulong)(uint)Payload << 32);
}

/// <summary>A waitable set.</summary>
internal sealed class ModelSet
{
    public List<ModelWaitable> Members { get; } = [];

    public int Waiters { get; set; }

    public bool HasEvent => Members.Exists(member => member.HasEvent);

    public bool MayHaveEvent => Members.Exists(member => member.MayHaveEvent);
}

/// <summary>A stream of bytes, or a future of one.</summary>
internal sealed class ModelPipe(bool isFuture)
{
    private ModelEnd? _pending;

    public bool IsFuture => isFuture;

    public ModelEnd Readable { get; set; } = null!;

    public ModelEnd Writable { get; set; } = null!;

    public void Forget(ModelEnd end) => _pending = _pending == end ? null : _pending;

    /// <summary>A copy begins.</summary>
    public void Begin(ModelEnd end)
    {
        if (end.Other.IsDropped)
        {
            return;
        }
        if (_pending is not { } other)
        {
            _pending = end;
            return;
        }
        if (other.Left > 0)
        {
            if (end.Left > 0)
            {
                var count = Math.Min(end.Left, other.Left);
                var (from, to) = end.IsReadable ? (other, end) : (end, other);
                Array.Copy(from.Owner.Memory, from.Pointer + from.Progress, to.Owner.Memory, to.Pointer + to.Progress, count);
                end.Progress += count;
                other.Progress += count;
                other.IsFinished = true;
                if (other.Left == 0)
                {
                    _pending = null;
                }
            }
            end.IsFinished = true;
        }
        else if (!end.IsReadable && end.Length == 0)
        {
            end.IsFinished = true;
        }
        else
        {
            other.IsFinished = true;
            _pending = end;
        }
    }
}

/// <summary>One of its ends.</summary>
internal sealed class ModelEnd(ModelPipe pipe, bool isReadable, ModelInstance owner) : ModelWaitable
{
    public ModelPipe Pipe => pipe;

    public bool IsReadable => isReadable;

    public ModelInstance Owner { get; set; } = owner;

    /// <summary>A call that has not begun will take it.</summary>
    public bool IsPromised { get; set; }

    public bool IsCopying { get; private set; }

    public bool IsFinished { get; set; }

    public bool IsCancelled { get; private set; }

    public bool IsDone { get; private set; }

    public bool IsDropped { get; set; }

    public int Pointer { get; private set; }

    public int Length { get; private set; }

    public int Progress { get; set; }

    public int Left => Length - Progress;

    public ModelEnd Other => isReadable ? pipe.Writable : pipe.Readable;

    public override bool HasEvent => IsCopying ? IsFinished || IsCancelled || KnowsDrop : !IsDone && KnowsDrop;

    // Who has written a future's value may go.
    private bool KnowsDrop => Other.IsDropped && !(pipe.IsFuture && isReadable);

    public void Begin(int pointer, int length)
    {
        (IsCopying, IsFinished, IsCancelled, Pointer, Length, Progress) = (true, false, false, pointer, length, 0);
        pipe.Begin(this);
    }

    public ModelEvent Cancel()
    {
        IsCancelled = true;
        return Take();
    }

    public override ModelEvent Take()
    {
        var code = (pipe.IsFuture ? ModelEvent.FutureRead : ModelEvent.StreamRead) + (isReadable ? 0 : 1);
        if (!IsCopying)
        {
            IsDone = true;
            return new(code, Index, 1);
        }
        pipe.Forget(this);
        IsCopying = false;
        if (pipe.IsFuture)
        {
            var ended = Progress > 0 ? 0 : KnowsDrop ? 1 : 2;
            IsDone = ended < 2;
            return new(code, Index, ended);
        }
        IsDone = KnowsDrop;
        return new(code, Index, (KnowsDrop ? 1 : IsCancelled ? 2 : 0) | (Progress << 4));
    }
}
