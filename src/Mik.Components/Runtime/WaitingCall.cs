namespace Mik.Components.Runtime;

/// <summary>A call of an async function whose caller waits for the result on its thread.</summary>
internal sealed class WaitingCall(object?[] arguments) : ITaskCaller
{
    private object? _result;
    private bool _isOver;

    /// <summary>Calls, and waits.</summary>
    /// <exception cref="Wasm.Execution.Trap">The guest was ended, waits for ever, or the caller may not wait.</exception>
    public static object? Run(LiftedFunction function, InstanceScope? caller, object?[] arguments)
    {
        var root = function.Scope.Root;
        var call = new WaitingCall(arguments);
        var emitter = root.Adapters;
        var start = emitter.TaskStart(function.Definition);
        var lifter = emitter.TaskResult(function.Definition);
        if (caller?.Root == root)
        {
            new GuestTask(function, start, lifter, call).Begin();
            BuiltInOperations.Block(caller, () => call._isOver);
            return call._result;
        }
        using var entry = root.Store.Enter();
        if (root.WasLeftByException)
        {
            throw TaskTraps.Abi("cannot enter component instance");
        }
        root.Loop.IsDrivenByCalls = true;
        new GuestTask(function, start, lifter, call).Begin();
        root.Loop.RunUntil(() => call._isOver);
        return call._result;
    }

    /// <inheritdoc/>
    public object?[] TakeArguments() => arguments;

    /// <inheritdoc/>
    public void Returned(object? result)
    {
        _result = result;
        _isOver = true;
    }

    /// <inheritdoc/>
    public void Cancelled() => _isOver = true;
}
