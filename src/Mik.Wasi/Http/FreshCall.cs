using System.Diagnostics;
using Mik.Components.Linking;
using Mik.Components.Runtime;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Http;

/// <summary>A request through an instance of its own.</summary>
internal sealed class FreshCall(HttpComponent component, AsyncExport handle, ExecutionLimits limits, HttpExchange exchange, WasiContext context)
    : HttpCall(exchange, context)
{
    private InstancePool? _rentedFrom;
    private ComponentInstance? _instance;
    private bool _hasStarted;
    private long _readyAt;

    /// <inheritdoc/>
    public override bool RunTurn()
    {
        try
        {
            if (!_hasStarted)
            {
                Start();
            }
            switch (_instance!.Loop.RunTurn())
            {
                case TurnEnd.Idle:
                    return false;
                case TurnEnd.More:
                    Wake!();
                    return false;
            }
            End(null);
        }
        catch (Exception exception)
        {
            End(exception);
        }
        return true;
    }

    private void Start()
    {
        _hasStarted = true;
        var startedAt = Stopwatch.GetTimestamp();
        _rentedFrom = component.InstancesFor(limits, Context);
        _instance = _rentedFrom.Rent(Context, Context.Budget, Context.CancellationToken);
        _readyAt = Stopwatch.GetTimestamp();
        Context.Observer?.Instantiated(Stopwatch.GetElapsedTime(startedAt, _readyAt));
        var loop = _instance.Loop;
        Context.Tasks = loop;
        loop.Wake = Wake;
        loop.BeforeIdle = Context.Send;
        handle.Start(_instance, this);
    }

    private void End(Exception? failure)
    {
        try
        {
            Failure = Judge(failure);
            Release();
        }
        catch (Exception exception)
        {
            Failure ??= exception;
        }
        finally
        {
            Context.Budget.End();
            EndLines();
        }
    }

    private void Release()
    {
        if (_instance is not { } instance)
        {
            return;
        }
        var endedAt = Stopwatch.GetTimestamp();
        var memoryBytes = instance.MemoryBytes;
        var hostTime = instance.HostTime;
        try
        {
            _rentedFrom!.Return(instance);
        }
        finally
        {
            if (hostTime > TimeSpan.Zero)
            {
                Context.Observer?.CalledHost(hostTime);
            }
            Context.Observer?.Released(Stopwatch.GetElapsedTime(_readyAt, endedAt), Stopwatch.GetElapsedTime(endedAt), memoryBytes);
        }
    }
}
