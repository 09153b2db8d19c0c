namespace Mik.Fuzz.Tasks;

/// <summary>What core code is told to do next: mostly a call of a built-in.</summary>
internal enum TaskStep
{
    /// <summary>Returns a number: the code of a callback, or a result.</summary>
    Return,
    SetContext,
    TaskReturn,
    TaskCancel,
    SetNew,
    SetDrop,
    Join,
    Poll,
    SubtaskCancel,
    SubtaskDrop,
    StreamNew,
    StreamRead,
    StreamWrite,
    StreamCancelRead,
    StreamCancelWrite,
    StreamDropReadable,
    StreamDropWritable,
    FutureNew,
    FutureRead,
    FutureWrite,
    FutureCancelRead,
    FutureCancelWrite,
    FutureDropReadable,
    FutureDropWritable,
    BackpressureInc,
    BackpressureDec,
    HostWait,
    Load,
    Store,
    Call,

    // From here on only guests have it that wait inside their code.
    Wait,
    Yield,
    HostWaitSync,
    CallSync,
    CallPlain,
    CallPlainSync,
}

/// <summary>A step with its numbers.</summary>
internal readonly record struct TaskOrder(TaskStep Step, int A = 0, int B = 0, int C = 0)
{
    /// <summary>As core code gets it.</summary>
    public ulong Packed => (ulong)Step | ((ulong)(uint)A << 8) | ((ulong)(uint)B << 28) | ((ulong)(uint)C << 48);
}

/// <summary>Why core code asks what to do.</summary>
internal enum TaskNews
{
    /// <summary>A call of the function with a callback has begun.</summary>
    Start,
    /// <summary>Its callback was called.</summary>
    Event,
    /// <summary>A step is done.</summary>
    Result,
    /// <summary>A call of the function without a callback has begun.</summary>
    PlainStart,
}
