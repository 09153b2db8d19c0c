using Mik.Wasm.Execution;

namespace Mik.Components.Linking;

/// <summary>
/// Instances of one component that wait for work. Each of them was made, and is as if nothing had ever run in it: after every request it goes
/// back to the state in which it was made, or is disposed. An instance whose making called the host is used once: its state could be another's.
/// </summary>
/// <remarks>Those that were idle for a while are disposed. Used by any thread.</remarks>
public sealed class InstancePool : IDisposable
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Lock _captureGate = new();
    private readonly CompiledComponent _compiled;
    private readonly int _maximum;
    private readonly Stack<ComponentInstance> _idle = new();
    private readonly Timer _trim;
    private StoreImage? _image;
    private int _fewestIdle;
    private bool _isTrimming;
    private bool _isClosed;
    private volatile bool _isPointless;

    /// <summary>A pool without instances.</summary>
    /// <param name="compiled">The component.</param>
    /// <param name="limits">What each instance may use.</param>
    /// <param name="maximum">Idle instances that are kept.</param>
    public InstancePool(CompiledComponent compiled, ExecutionLimits limits, int maximum)
    {
        _compiled = compiled;
        Limits = limits;
        _maximum = maximum;
        _isPointless = maximum == 0;
        _trim = new Timer(
            static pool => Trim((WeakReference<InstancePool>)pool!), new WeakReference<InstancePool>(this), Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What each instance may use.</summary>
    public ExecutionLimits Limits { get; }

    /// <summary>Bytes of the state in which instances are made; 0 while none is kept.</summary>
    internal long ImageBytes => Volatile.Read(ref _image)?.Bytes ?? 0;

    /// <summary>Called when <see cref="ImageBytes"/> are kept, on the thread that made the instance.</summary>
    internal Action? ImageKept { get; init; }

    /// <summary>Instances that wait now.</summary>
    public int Idle
    {
        get
        {
            lock (_gate)
            {
                return _idle.Count;
            }
        }
    }

    /// <summary>An instance in the state in which one is made.</summary>
    /// <param name="hostContext">What its host functions are given.</param>
    /// <param name="budget">What it draws on.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    /// <exception cref="Trap">It cannot be made: a start function trapped, or a limit was hit.</exception>
    public ComponentInstance Rent(object? hostContext, ResourceBudget budget, CancellationToken cancellationToken)
    {
        ComponentInstance? instance;
        lock (_gate)
        {
            if (_idle.TryPop(out instance))
            {
                _fewestIdle = Math.Min(_fewestIdle, _idle.Count);
            }
        }
        if (instance is not null)
        {
            try
            {
                instance.Serve(hostContext, budget, cancellationToken);
                return instance;
            }
            catch
            {
                instance.Dispose();
                throw;
            }
        }
        instance = _compiled.Instantiate(new InstanceOptions
        {
            Limits = Limits,
            HostContext = hostContext,
            Budget = budget,
            CancellationToken = cancellationToken,
            InitialMemories = Volatile.Read(ref _image)?.InitialMemories,
        });
        if (!_isPointless)
        {
            Capture(instance);
        }
        return instance;
    }

    /// <summary>Takes an instance back, whatever happened in it.</summary>
    /// <exception cref="Exception">What a resource of the host threw when it was disposed.</exception>
    public void Return(ComponentInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var isKept = false;
        try
        {
            if (instance.TryReset())
            {
                lock (_gate)
                {
                    isKept = !_isClosed && _idle.Count < _maximum;
                    if (isKept)
                    {
                        _idle.Push(instance);
                        StartTrimming();
                    }
                }
            }
        }
        finally
        {
            if (!isKept)
            {
                instance.Dispose();
            }
        }
    }

    /// <summary>Disposes the idle instances; those at work are disposed when they come back.</summary>
    public void Dispose()
    {
        ComponentInstance[] idle;
        StoreImage? image;
        lock (_gate)
        {
            _isClosed = true;
            idle = [.. _idle];
            _idle.Clear();
            (image, _image) = (_image, null);
        }
        image?.Release();
        _trim.Dispose();
        foreach (var instance in idle)
        {
            instance.Dispose();
        }
    }

    private void Capture(ComponentInstance instance)
    {
        if (Volatile.Read(ref _image) is null && TryCaptureFirst(instance))
        {
            ImageKept?.Invoke();
        }

        // All have the one image: one that is made differently is used once.
        if (instance.Image is null && Volatile.Read(ref _image) is { } sibling)
        {
            instance.TryCapture(sibling, maximumBytes: 0);
        }
    }

    private bool TryCaptureFirst(ComponentInstance instance)
    {
        // One at a time, so that those that are made together do not keep what they begin with once each.
        lock (_captureGate)
        {
            if (_isPointless || _image is not null)
            {
                return false;
            }
            if (!instance.TryCapture(null, Limits.ImageBytes))
            {
                // The next one would be made by the same steps.
                _isPointless = true;
                return false;
            }
            lock (_gate)
            {
                if (!_isClosed)
                {
                    _image = instance.Image!;
                    _image.Keep();
                }
                return !_isClosed;
            }
        }
    }

    private void StartTrimming()
    {
        if (!_isTrimming)
        {
            _isTrimming = true;
            _fewestIdle = _idle.Count;
            _trim.Change(IdleTime, IdleTime);
        }
    }

    private static void Trim(WeakReference<InstancePool> reference)
    {
        if (reference.TryGetTarget(out var pool))
        {
            pool.Trim();
        }
    }

    /// <summary>Disposes as many as were never needed since the last time.</summary>
    private void Trim()
    {
        var unused = new List<ComponentInstance>();
        lock (_gate)
        {
            while (unused.Count < _fewestIdle && _idle.TryPop(out var instance))
            {
                unused.Add(instance);
            }
            _fewestIdle = _idle.Count;
            if (_idle.Count == 0 && !_isClosed)
            {
                _isTrimming = false;
                _trim.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
        foreach (var instance in unused)
        {
            instance.Dispose();
        }
    }
}
