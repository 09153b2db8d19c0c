using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Threads;
using Mik.Scripting.Execution;
using Mik.Scripting.Sources;
using Mik.Server.Modules;
using Mik.Server.Observability;
using Mik.Server.Options;

namespace Mik.Server.Scripts;

/// <summary>
/// A script that is served. The first request (or the start of the server) loads it, once, however many ask at the same time; it is loaded
/// again when one of its files has changed.
/// </summary>
internal sealed class ScriptState(
    string name, string module, string? tenant, ScriptFolder folder, MikServerOptions options, GuestThreads threads, ModuleCache cache, ILogger log)
    : ICacheEntry, IDisposable
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(10);

    // What is known of one that cannot be loaded: its error and its files.
    private const int FailureBytes = 64 << 10;

    private readonly Lock _gate = new();
    private Task<ScriptProgram>? _loading;
    private volatile ScriptProgram? _program;
    private long _checkedAt;
    private long _usedAt;
    private volatile bool _isDisposed;

    /// <summary>Name in URLs; of a tenant's script with the tenant's in front.</summary>
    public string Name { get; } = name;

    /// <summary>Whose script it is; null when it is the server's own.</summary>
    public string? Tenant { get; } = tenant;

    /// <summary>What it sees as <c>host.env</c>.</summary>
    public ReadOnlyMemory<byte> Environment { get; } = options.ScriptEnvironment;

    /// <inheritdoc/>
    public bool IsScript => true;

    /// <inheritdoc/>
    public bool IsRetired => _isDisposed;

    /// <inheritdoc/>
    public long UsedAt => Volatile.Read(ref _usedAt);

    /// <inheritdoc/>
    public long SizeBytes => _program?.SizeBytes ?? FailureBytes;

    /// <summary>Its file, as a module: <c>scripts/checkout.ts</c>.</summary>
    public string Module { get; } = module;

    /// <summary>How much of what its runs print is logged.</summary>
    public ModuleOutput Output { get; } = new(TimeProvider.System, (bytes, limit) => Events.ModuleOutputLeftOut(log, bytes, limit >> 10, name));

    /// <summary>How long its runs take.</summary>
    public RunTimeAverage Pace { get; } = new();

    /// <summary>The loaded script, entered: whoever gets it says when it <see cref="ScriptProgram.Leave"/>s.</summary>
    /// <exception cref="ScriptLoadException">It cannot be loaded.</exception>
    public async ValueTask<ScriptProgram> EnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var program = await GetProgramAsync(cancellationToken);
            if (program.TryEnter())
            {
                return program;
            }

            // It had to make room in between.
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The loaded script.</summary>
    /// <exception cref="ScriptLoadException">It cannot be loaded.</exception>
    public Task<ScriptProgram> GetProgramAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Volatile.Write(ref _usedAt, cache.Clock.GetTimestamp());
            if (_loading is null || (_loading.IsCompleted && IsStale(_loading)))
            {
                Release();
                _loading = LoadAsync();
                _checkedAt = Stopwatch.GetTimestamp();
            }

            return _loading.IsCompleted ? _loading : _loading.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Evict()
    {
        lock (_gate)
        {
            // A load under way is taken when it has ended.
            if (_program is not null || _loading is { IsCompleted: true })
            {
                Release();
                _loading = null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        cache.Forget(this);
        Evict();
    }

    private void Release()
    {
        _program?.Release();
        _program = null;
    }

    private bool IsStale(Task<ScriptProgram> loaded)
    {
        if (Stopwatch.GetElapsedTime(_checkedAt) < CheckInterval)
        {
            return false;
        }

        _checkedAt = Stopwatch.GetTimestamp();
        return loaded.IsCompletedSuccessfully
            ? loaded.Result.HasChanged
            : loaded.Exception?.InnerException is not ScriptLoadException failure || failure.MayHaveChanged;
    }

    private async Task<ScriptProgram> LoadAsync()
    {
        // Called with the gate taken, which whoever makes room takes too.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            return _program = await threads.RunAsync(Load);
        }
        finally
        {
            cache.Keep(this);
        }
    }

    private ScriptProgram Load()
    {
        var startedAt = Stopwatch.GetTimestamp();

        // The engine is compiled once for all scripts; that is not this one's time. A request's deadline is not the load's: it goes on for those that come
        // later.
        ScriptProgram.Prepare();
        using var limit = new CancellationTokenSource(options.LoadTimeout);
        var console = new ScriptConsole(Name, "-", Output, options.OutputLimits, log);
        ScriptProgram program;
        try
        {
            program = ScriptProgram.Load(Name, folder, Module, options.MemoryLimitBytes, new TopLevel(console), limit.Token);
        }
        finally
        {
            console.End();
        }

        Events.ScriptLoaded(log, Name, Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds);
        return program;
    }

    /// <summary>What a script reaches while it is loaded: its console.</summary>
    private sealed class TopLevel(ScriptConsole console) : IScriptHost
    {
        public bool TakesLog => console.TakesMore;

        public void Log(ScriptLogLevel level, string text) => console.Log(level, text);

        public void LeaveOut(long bytes) => console.LeaveOut(bytes);

        public Task<HandlerAnswer> CallAsync(HandlerCall call, bool callerWaits, CancellationToken cancellationToken) =>
            Task.FromResult(HandlerAnswer.Failure(HostCallCodes.HandlerError, "no handler can be called while the script is loaded"));
    }
}
