using System.Diagnostics;
using System.Threading.Tasks.Sources;
using Mik.AspNetCore.Threads;
using Mik.Wasi.Http;

namespace Mik.AspNetCore.Execution;

/// <summary>
/// One call of a guest, awaitable once: gives the exception that ended it, or null when it returned. A guest of WASI 0.3 runs in turns, and holds no thread
/// between them; each is work of its own for the scheduler, and goes before what has not begun.
/// </summary>
internal sealed class GuestRun(GuestInvocation invocation, HttpExchange exchange) : IGuestWork, IThreadPoolWorkItem, IValueTaskSource<Exception?>
{
    private ManualResetValueTaskSourceCore<Exception?> _completion = new() { RunContinuationsAsynchronously = true };
    private GuestScheduler? _scheduler;
    private HttpCall? _call;
    private bool _hasBegun;

    /// <summary>Runs the guest where the scheduler says.</summary>
    public ValueTask<Exception?> StartOn(GuestScheduler scheduler)
    {
        _scheduler = scheduler;
        return scheduler.RunOrStart(this, invocation.Pace, invocation.Limits, invocation.IsCalled, invocation.WaitingThread)
            && _completion.GetStatus(_completion.Version) != ValueTaskSourceStatus.Pending
            ? ValueTask.FromResult(_completion.GetResult(_completion.Version))
            : new ValueTask<Exception?>(this, _completion.Version);
    }

    /// <inheritdoc/>
    public object? Group => invocation.Pace;

    /// <inheritdoc/>
    public void Run()
    {
        var startedAt = Stopwatch.GetTimestamp();
        Exception? failure = null;
        try
        {
            if (!_hasBegun)
            {
                _hasBegun = true;
                _call = invocation.Begin?.Invoke(exchange, invocation.Context, invocation.Limits, invocation.Reuse);
                if (_call is not null)
                {
                    _call.Wake = Wake;
                }
            }

            if (_call is { } call)
            {
                // Unless it is over, another thread may have gone on by now: nothing of this object is touched any more.
                var isOver = call.RunTurn();
                invocation.Pace.Record(Stopwatch.GetElapsedTime(startedAt));
                if (isOver)
                {
                    _completion.SetResult(call.Failure);
                }

                return;
            }

            invocation.Handle(exchange, invocation.Context, invocation.Limits);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        invocation.Pace.Record(Stopwatch.GetElapsedTime(startedAt));
        _completion.SetResult(failure);
    }

    /// <inheritdoc/>
    /// <remarks>There is something to do in another turn.</remarks>
    void IThreadPoolWorkItem.Execute() => _scheduler!.RunOrStart(this, invocation.Pace, invocation.Limits, isCalled: true);

    private void Wake() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <inheritdoc/>
    public Exception? GetResult(short token) => _completion.GetResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _completion.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);
}
