using System.Diagnostics;
using Mik.Components.Linking;

namespace Mik.Wasi.Http;

/// <summary>The instances of a component that serve several requests each. Those that were idle for a while are ended. Used by any thread.</summary>
/// <param name="handle">What is called.</param>
/// <param name="pool">Where instances come from and go to.</param>
/// <param name="reuse">How many requests may share one.</param>
internal sealed class SharedInstances(AsyncExport handle, InstancePool pool, InstanceReuse reuse)
{
    // With more it is quicker to make another one.
    private const int MostLooks = 8;

    private readonly Lock _gate = new();
    private readonly List<SharedInstance> _open = [];
    private bool _isClosed;

    /// <summary>How many requests may share one.</summary>
    public InstanceReuse Reuse => reuse;

    /// <summary>Whether no new request comes.</summary>
    public bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>Gives a request a place, in an instance that others have been in if one lets it.</summary>
    /// <exception cref="Mik.Wasm.Execution.Trap">A new one cannot be made.</exception>
    public SharedInstance Take(SharedCall call)
    {
        var startedAt = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            // Those that others are in first, so that the rest can go.
            if (((reuse.AtOnce > 1 ? Join(call, isUsed: true, startedAt) : null) ?? Join(call, isUsed: false, startedAt)) is { } shared)
            {
                return shared;
            }
        }
        var context = call.Guest;
        var instance = pool.Rent(context, context.Budget, context.CancellationToken);
        return new SharedInstance(this, handle, instance, context.TimeProvider, call, startedAt);
    }

    private SharedInstance? Join(SharedCall call, bool isUsed, long startedAt)
    {
        for (int place = _open.Count - 1, looks = 0; place >= 0 && looks < MostLooks; place--, looks++)
        {
            var shared = _open[place];
            if (shared.IsUsed == isUsed && shared.TryJoin(call, startedAt))
            {
                if (!shared.IsOpen)
                {
                    _open.RemoveAt(place);
                }
                return shared;
            }
        }
        return null;
    }

    /// <summary>An instance may have a place for another request.</summary>
    public void Offer(SharedInstance shared)
    {
        lock (_gate)
        {
            if (shared.IsOpen && !_open.Contains(shared))
            {
                _open.Add(shared);
            }
        }
    }

    /// <summary>Ends an instance that nobody is in.</summary>
    public void End(SharedInstance shared, ComponentInstance instance)
    {
        lock (_gate)
        {
            _open.Remove(shared);
        }
        try
        {
            pool.Return(instance);
        }
        catch (Exception)
        {
            // What a resource throws when it is disposed is no request's failure any more.
        }
    }

    /// <summary>No new request comes: ends those that are idle now, and the others when they are.</summary>
    public void Close()
    {
        SharedInstance[] open;
        lock (_gate)
        {
            Volatile.Write(ref _isClosed, true);
            open = [.. _open];
            _open.Clear();
        }
        foreach (var shared in open)
        {
            shared.Retire();
        }
    }
}
