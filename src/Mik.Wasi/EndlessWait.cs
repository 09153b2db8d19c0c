namespace Mik.Wasi;

/// <summary>A wait for what only the waiting guest itself could bring about; the state of a task that never ends.</summary>
/// <param name="Reason">What that is.</param>
internal sealed record EndlessWait(string Reason)
{
    /// <summary>The task.</summary>
    public Task ToTask() => new TaskCompletionSource(this).Task;
}

/// <summary>The guest waits for what only itself could bring about; the message says what that is.</summary>
public sealed class EndlessWaitException(string message) : Exception(message);
