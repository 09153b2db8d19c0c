using System.Diagnostics;
using System.Threading.Tasks.Sources;
using Mik.AspNetCore.Threads;
using Mik.Scripting.Execution;
using Mik.Wasm.Execution;

namespace Mik.Server.Scripts;

/// <summary>One run of a script, awaitable once. It has ended when its outcome is there; its heap goes back to its first state after that.</summary>
internal sealed class ScriptWork(
    ScriptProgram program, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body, IScriptHost outside, RunTimeAverage pace, ResourceBudget budget,
    CancellationToken cancellationToken)
    : IGuestWork, IValueTaskSource<ScriptOutcome>
{
    private static readonly ExecutionLimits Limits = ScriptProgram.Limits;

    private ManualResetValueTaskSourceCore<ScriptOutcome> _completion = new() { RunContinuationsAsynchronously = true };

    /// <summary>Runs the script where the scheduler says.</summary>
    /// <exception cref="Trap">It was stopped, or its heap broke down.</exception>
    public ValueTask<ScriptOutcome> StartOn(GuestScheduler scheduler) => scheduler.RunOrStart(this, pace, Limits)
        ? ValueTask.FromResult(_completion.GetResult(_completion.Version))
        : new ValueTask<ScriptOutcome>(this, _completion.Version);

    /// <inheritdoc/>
    public object? Group => pace;

    /// <inheritdoc/>
    public void Run()
    {
        var startedAt = Stopwatch.GetTimestamp();
        var isAnswered = false;
        try
        {
            program.Run(
                head,
                body,
                outside,
                outcome =>
                {
                    isAnswered = true;
                    pace.Record(Stopwatch.GetElapsedTime(startedAt));
                    _completion.SetResult(outcome);
                },
                budget,
                cancellationToken);
        }
        catch (Exception exception) when (!isAnswered)
        {
            pace.Record(Stopwatch.GetElapsedTime(startedAt));
            _completion.SetException(exception);
        }
    }

    /// <inheritdoc/>
    public ScriptOutcome GetResult(short token) => _completion.GetResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _completion.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);
}
