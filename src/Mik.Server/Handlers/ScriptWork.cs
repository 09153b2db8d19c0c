using System.Threading.Tasks.Sources;
using Mik.Scripting.Execution;
using Mik.Server.Threads;

namespace Mik.Server.Handlers;

/// <summary>One run of a script on a guest thread, awaitable once. It has ended when its outcome is there; its heap goes back to its first state after that.</summary>
internal sealed class ScriptWork(ScriptProgram program, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body, IScriptOutside outside, CancellationToken cancellationToken)
    : IGuestWork, IValueTaskSource<ScriptOutcome>
{
    private ManualResetValueTaskSourceCore<ScriptOutcome> _completion = new() { RunContinuationsAsynchronously = true };

    /// <summary>Runs the script on a thread of the pool.</summary>
    public ValueTask<ScriptOutcome> StartOn(GuestThreads threads)
    {
        threads.Start(this);
        return new ValueTask<ScriptOutcome>(this, _completion.Version);
    }

    /// <inheritdoc/>
    public void Run()
    {
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
                    _completion.SetResult(outcome);
                },
                cancellationToken);
        }
        catch (Exception exception) when (!isAnswered)
        {
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
