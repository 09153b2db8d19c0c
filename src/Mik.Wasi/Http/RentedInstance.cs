using System.Diagnostics;
using Mik.Components.Linking;

namespace Mik.Wasi.Http;

/// <summary>An instance at work for one request, of whose beginning and end the request's observer is told.</summary>
internal readonly struct RentedInstance
{
    private readonly InstancePool _pool;
    private readonly IGuestObserver? _observer;
    private readonly long _readyAt;

    private RentedInstance(InstancePool pool, ComponentInstance instance, IGuestObserver? observer, long readyAt)
    {
        (_pool, Instance, _observer, _readyAt) = (pool, instance, observer, readyAt);
    }

    /// <summary>The instance.</summary>
    public ComponentInstance Instance { get; }

    /// <summary>Serves a request by a guest that waits on its thread.</summary>
    public static void Serve(
        InstancePool pool, HttpExchange exchange, WasiHttpContext context, Action<ComponentInstance, HttpExchange, WasiHttpContext> call)
    {
        try
        {
            var rented = Rent(pool, context);
            try
            {
                call(rented.Instance, exchange, context);
            }
            finally
            {
                rented.Return();
            }
        }
        finally
        {
            context.End();
        }
    }

    /// <summary>Takes an instance, or makes one.</summary>
    public static RentedInstance Rent(InstancePool pool, WasiHttpContext context)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var instance = pool.Rent(context, context.Budget, context.CancellationToken);
        var readyAt = Stopwatch.GetTimestamp();
        context.Observer?.Instantiated(Stopwatch.GetElapsedTime(startedAt, readyAt));
        return new RentedInstance(pool, instance, context.Observer, readyAt);
    }

    /// <summary>The guest has ended.</summary>
    public void Return()
    {
        var endedAt = Stopwatch.GetTimestamp();
        var memoryBytes = Instance.MemoryBytes;
        var hostTime = Instance.HostTime;
        try
        {
            _pool.Return(Instance);
        }
        finally
        {
            if (hostTime > TimeSpan.Zero)
            {
                _observer?.CalledHost(hostTime);
            }
            _observer?.Released(Stopwatch.GetElapsedTime(_readyAt, endedAt), Stopwatch.GetElapsedTime(endedAt), memoryBytes);
        }
    }
}
