namespace Mik.Components.Runtime;

/// <summary>What entries of a handle table are that are no resources; each stands where the resource type of others does.</summary>
internal static class TableKind
{
    /// <summary>A set of waitables.</summary>
    public static RuntimeResource WaitableSet { get; } = new("waitable-set", typeof(object));

    /// <summary>A call of an import.</summary>
    public static RuntimeResource Subtask { get; } = new("subtask", typeof(object));

    /// <summary>The end of a stream that is read.</summary>
    public static RuntimeResource ReadableStream { get; } = new("readable end of a stream", typeof(object));

    /// <summary>The end of a stream that is written.</summary>
    public static RuntimeResource WritableStream { get; } = new("writable end of a stream", typeof(object));

    /// <summary>The end of a future that is read.</summary>
    public static RuntimeResource ReadableFuture { get; } = new("readable end of a future", typeof(object));

    /// <summary>The end of a future that is written.</summary>
    public static RuntimeResource WritableFuture { get; } = new("writable end of a future", typeof(object));
}
