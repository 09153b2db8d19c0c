using System.Diagnostics;
using System.Threading.Tasks.Sources;
using Mik.AspNetCore.Threads;
using Mik.Wasi;
using Mik.Wasi.Http;
using Mik.Wasm.Execution;

namespace Mik.AspNetCore.Execution;

/// <summary>One call of a guest, awaitable once: gives the exception that ended it, or null when it returned.</summary>
internal sealed class GuestRun(GuestHandler handle, HttpExchange exchange, WasiContext context, ExecutionLimits limits, RunTimeAverage pace, bool isCalled = false, Thread? waiting = null)
    : IGuestWork, IValueTaskSource<Exception?>
{
    private ManualResetValueTaskSourceCore<Exception?> _completion = new() { RunContinuationsAsynchronously = true };

    /// <summary>Runs the guest where the scheduler says.</summary>
    public ValueTask<Exception?> StartOn(GuestScheduler scheduler) => scheduler.RunOrStart(this, pace, limits, isCalled, waiting)
        ? ValueTask.FromResult(_completion.GetResult(_completion.Version))
        : new ValueTask<Exception?>(this, _completion.Version);

    /// <inheritdoc/>
    public object? Group => pace;

    /// <inheritdoc/>
    public void Run()
    {
        var startedAt = Stopwatch.GetTimestamp();
        Exception? failure = null;
        try
        {
            handle(exchange, context, limits);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        pace.Record(Stopwatch.GetElapsedTime(startedAt));
        _completion.SetResult(failure);
    }

    /// <inheritdoc/>
    public Exception? GetResult(short token) => _completion.GetResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _completion.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);
}
