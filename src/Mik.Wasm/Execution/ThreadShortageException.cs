namespace Mik.Wasm.Execution;

/// <summary>A guest could not go on because no thread can be had for it now. That is not its fault: the same call may go well later.</summary>
public sealed class ThreadShortageException : Exception
{
    /// <summary>A shortage.</summary>
    /// <param name="message">What the thread was for.</param>
    public ThreadShortageException(string message)
        : base(message)
    {
    }
}
