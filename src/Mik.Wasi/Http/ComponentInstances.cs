using Mik.Components.Linking;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Http;

/// <summary>The instances of a component that wait for requests: those of one configuration at a time, which changes when the server's does.</summary>
internal sealed class ComponentInstances(CompiledComponent compiled)
{
    private const int MostIdle = 64;
    private readonly Lock _gate = new();
    private volatile ConfiguredPool? _pool;
    private bool _isReleased;

    /// <summary>Bytes of the state in which they are made that are kept.</summary>
    public long ImageBytes => _pool?.Instances.ImageBytes ?? 0;

    /// <summary>Called when there are more of <see cref="ImageBytes"/>.</summary>
    public Action? Grown { get; set; }

    /// <summary>The pool of instances that were made for the same configuration.</summary>
    public InstancePool For(ExecutionLimits limits, WasiContext context) => PoolFor(limits, context).Instances;

    /// <summary>Of those, the ones that several requests share.</summary>
    public SharedInstances SharedFor(ExecutionLimits limits, WasiContext context, AsyncExport handle, InstanceReuse reuse) =>
        PoolFor(limits, context).SharedFor(handle, reuse);

    /// <summary>Frees those that wait; those at work are freed when they come back.</summary>
    public void Release()
    {
        ConfiguredPool? pool;
        lock (_gate)
        {
            _isReleased = true;
            pool = _pool;
            _pool = null;
        }
        pool?.Close();
    }

    private ConfiguredPool PoolFor(ExecutionLimits limits, WasiContext context)
    {
        var pool = _pool;
        if (pool is not null && pool.Fits(limits, context))
        {
            return pool;
        }
        lock (_gate)
        {
            pool = _pool;
            if (pool is null || !pool.Fits(limits, context))
            {
                pool?.Close();
                var instances = new InstancePool(compiled, limits, _isReleased ? 0 : MostIdle) { ImageKept = () => Grown?.Invoke() };
                _pool = pool = new ConfiguredPool(instances, context.Environment, context.Arguments);
            }
            return pool;
        }
    }

    /// <summary>A pool and what its instances may have seen of the configuration.</summary>
    private sealed record ConfiguredPool(InstancePool Instances, IReadOnlyList<KeyValuePair<string, string>> Environment, IReadOnlyList<string> Arguments)
    {
        private readonly Lock _gate = new();
        private SharedInstances? _shared;

        public SharedInstances SharedFor(AsyncExport handle, InstanceReuse reuse)
        {
            var shared = Volatile.Read(ref _shared);
            if (shared?.Reuse == reuse)
            {
                return shared;
            }
            lock (_gate)
            {
                if (_shared?.Reuse != reuse)
                {
                    _shared?.Close();
                    Volatile.Write(ref _shared, new SharedInstances(handle, Instances, reuse));
                }
                return _shared!;
            }
        }

        public void Close()
        {
            Instances.Dispose();
            lock (_gate)
            {
                _shared?.Close();
            }
        }

        public bool Fits(ExecutionLimits limits, WasiContext context) =>
            Instances.Limits == limits && ReferenceEquals(Environment, context.Environment) && Arguments.SequenceEqual(context.Arguments);
    }
}
