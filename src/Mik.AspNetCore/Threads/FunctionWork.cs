namespace Mik.AspNetCore.Threads;

/// <summary>A function as work, and its result.</summary>
internal sealed class FunctionWork<T>(Func<T> function) : IGuestWork
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The result.</summary>
    public Task<T> Task => _completion.Task;

    /// <inheritdoc/>
    public void Run()
    {
        try
        {
            _completion.SetResult(function());
        }
        catch (Exception exception)
        {
            _completion.SetException(exception);
        }
    }
}
