using Mik.Server.Options;

namespace Mik.Server.Modules;

/// <summary>
/// The loading of one version of a module's file: who waits for it, how it ends, and what <see cref="LoadQueue"/> must know to be fair. It is
/// run again from the beginning when it had to make room for another one and somebody still waits.
/// </summary>
/// <param name="module">The module.</param>
/// <param name="stamp">The version of the file.</param>
/// <param name="isNeeded">Whether it is wanted even when nobody waits: a server that changes over to a new file.</param>
internal sealed class ModuleLoad(ModuleConfig module, FileStamp stamp, bool isNeeded = false)
{
    private readonly TaskCompletionSource<ModuleModel> _model = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;
    private long _startedAt = long.MinValue;
    private CancellationTokenSource? _run;
    private volatile bool _isStopped;

    /// <summary>The module.</summary>
    public ModuleConfig Module { get; } = module;

    /// <summary>The version of the file that is loaded.</summary>
    public FileStamp Stamp { get; } = stamp;

    /// <summary>Whose turn it takes: the tenant, or nobody for the server's own modules.</summary>
    public string Tenant { get; } = module.Name.IndexOf('/', StringComparison.Ordinal) is >= 0 and var end ? module.Name[..end] : "";

    /// <summary>The loaded module. Cancelled when the load ended without a verdict: it says nothing about the file.</summary>
    public Task<ModuleModel> Task => _model.Task;

    /// <summary>Whether anybody wants the result.</summary>
    public bool IsWanted => isNeeded || Volatile.Read(ref _waiting) > 0;

    /// <summary>When the present run began, in the clock's ticks; null while it waits for a thread. The queue's.</summary>
    public long? StartedAt
    {
        get => Interlocked.Read(ref _startedAt) is not long.MinValue and var ticks ? ticks : null;
        set => Interlocked.Exchange(ref _startedAt, value ?? long.MinValue);
    }

    /// <summary>How often it made room for another load. The queue's.</summary>
    public int Displaced { get; set; }

    /// <summary>Whether it runs beside the places, because it takes long or was told to stop. The queue's.</summary>
    public bool IsBeside { get; set; }

    /// <summary>Whether the present run was told to stop.</summary>
    public bool IsStopped => _run is { IsCancellationRequested: true };

    /// <summary>Waits for what becomes of it. Whoever waits may stop waiting.</summary>
    public async Task<ModuleModel> WaitAsync(Task<ModuleModel> outcome, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            return await outcome.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Runs once. Blocks.</summary>
    /// <returns>False when it was told to stop only to make room, and is to run again.</returns>
    public bool Run(Func<ModuleConfig, CancellationToken, ModuleModel> load)
    {
        using var run = new CancellationTokenSource();
        _run = run;
        if (_isStopped)
        {
            run.Cancel();
        }

        try
        {
            run.Token.ThrowIfCancellationRequested();
            _model.TrySetResult(load(Module, run.Token));
            return true;
        }
        catch (OperationCanceledException) when (run.IsCancellationRequested)
        {
            return _isStopped || !IsWanted;
        }
        catch (Exception exception)
        {
            _model.TrySetException(exception);
            return true;
        }
        finally
        {
            _run = null;
        }
    }

    /// <summary>Lets the present run make room for another load.</summary>
    public void Displace() => Cancel();

    /// <summary>Ends it without a verdict: its file has gone or changed.</summary>
    public void Stop()
    {
        _isStopped = true;
        Cancel();
        _model.TrySetCanceled(CancellationToken.None);
    }

    /// <summary>Ends it with a verdict.</summary>
    public void Fail(ModuleLoadException verdict)
    {
        _isStopped = true;
        _model.TrySetException(verdict);
        Cancel();
    }

    /// <summary>It will not run again.</summary>
    public void End() => _model.TrySetCanceled(CancellationToken.None);

    private void Cancel()
    {
        try
        {
            _run?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run has just ended.
        }
    }
}
