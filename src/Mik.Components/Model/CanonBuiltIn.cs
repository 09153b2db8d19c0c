using Mik.Wasm.Model;

namespace Mik.Components.Model;

/// <summary>The built-ins of async components (CanonicalABI.md, "Canonical Definitions"); each has an operation of the same name.</summary>
internal enum BuiltIn
{
    /// <summary><c>task.cancel</c>.</summary>
    TaskCancel,
    /// <summary><c>task.return</c>.</summary>
    TaskReturn,
    /// <summary><c>context.get</c>.</summary>
    ContextGet,
    /// <summary><c>context.set</c>.</summary>
    ContextSet,
    /// <summary><c>thread.yield</c>.</summary>
    ThreadYield,
    /// <summary><c>subtask.cancel</c>.</summary>
    SubtaskCancel,
    /// <summary><c>subtask.drop</c>.</summary>
    SubtaskDrop,
    /// <summary><c>stream.new</c>.</summary>
    StreamNew,
    /// <summary><c>stream.read</c>.</summary>
    StreamRead,
    /// <summary><c>stream.write</c>.</summary>
    StreamWrite,
    /// <summary><c>stream.cancel-read</c>.</summary>
    StreamCancelRead,
    /// <summary><c>stream.cancel-write</c>.</summary>
    StreamCancelWrite,
    /// <summary><c>stream.drop-readable</c>.</summary>
    StreamDropReadable,
    /// <summary><c>stream.drop-writable</c>.</summary>
    StreamDropWritable,
    /// <summary><c>future.new</c>.</summary>
    FutureNew,
    /// <summary><c>future.read</c>.</summary>
    FutureRead,
    /// <summary><c>future.write</c>.</summary>
    FutureWrite,
    /// <summary><c>future.cancel-read</c>.</summary>
    FutureCancelRead,
    /// <summary><c>future.cancel-write</c>.</summary>
    FutureCancelWrite,
    /// <summary><c>future.drop-readable</c>.</summary>
    FutureDropReadable,
    /// <summary><c>future.drop-writable</c>.</summary>
    FutureDropWritable,
    /// <summary><c>waitable-set.new</c>.</summary>
    WaitableSetNew,
    /// <summary><c>waitable-set.wait</c>.</summary>
    WaitableSetWait,
    /// <summary><c>waitable-set.poll</c>.</summary>
    WaitableSetPoll,
    /// <summary><c>waitable-set.drop</c>.</summary>
    WaitableSetDrop,
    /// <summary><c>waitable.join</c>.</summary>
    WaitableJoin,
    /// <summary><c>backpressure.inc</c>.</summary>
    BackpressureInc,
    /// <summary><c>backpressure.dec</c>.</summary>
    BackpressureDec,
}

/// <summary>A <c>canon</c> definition of one of the async built-ins.</summary>
/// <param name="BuiltIn">Which one.</param>
/// <param name="CoreType">The type of the core function that it makes.</param>
/// <param name="Slot">Its number among the built-ins of its component.</param>
internal sealed record CanonBuiltIn(BuiltIn BuiltIn, FunctionType CoreType, int Slot) : Definition(Sort.CoreFunction)
{
    /// <summary>Of built-ins of streams and futures, the type that they are for.</summary>
    public AsyncValueType? Type { get; init; }

    /// <summary>Of <c>task.return</c>, the type of the result, or null.</summary>
    public ComponentValueType? Result { get; init; }

    /// <summary>Memory, encoding and the rest, where the built-in has them.</summary>
    public CanonicalOptions Options { get; init; } = new(StringEncoding.Utf8, null, null, null);

    /// <summary>Of <c>context.get</c> and <c>context.set</c>, the slot.</summary>
    public int ContextSlot { get; init; }

    /// <summary>Whether it returns without waiting, where there is a choice.</summary>
    public bool IsAsync { get; init; }
}
