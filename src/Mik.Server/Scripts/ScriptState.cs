using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Threads;
using Mik.Scripting.Execution;
using Mik.Scripting.Sources;
using Mik.Server.Observability;
using Mik.Server.Options;

namespace Mik.Server.Scripts;

/// <summary>
/// A script that is served. The first request (or the start of the server) loads it, once, however many ask at the same time; it is loaded
/// again when one of its files has changed.
/// </summary>
internal sealed class ScriptState(
    string name, string module, string? tenant, ScriptFolder folder, MikServerOptions options, GuestThreads threads, ILogger log) : IDisposable
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private Task<ScriptProgram>? _loading;
    private long _checkedAt;

    /// <summary>Name in URLs; of a tenant's script with the tenant's in front.</summary>
    public string Name { get; } = name;

    /// <summary>Whose script it is; null when it is the server's own.</summary>
    public string? Tenant { get; } = tenant;

    /// <summary>What it sees as <c>host.env</c>.</summary>
    public ReadOnlyMemory<byte> Environment { get; } = options.ScriptEnvironment;

    /// <summary>When it was asked for last.</summary>
    public long UsedAt { get; private set; }

    /// <summary>Whether it is in memory, or on its way there.</summary>
    public bool IsLoaded => Volatile.Read(ref _loading) is not null;

    /// <summary>Its file, as a module: <c>scripts/checkout.ts</c>.</summary>
    public string Module { get; } = module;

    /// <summary>How much of what its runs print is logged.</summary>
    public ModuleOutput Output { get; } = new(TimeProvider.System, (bytes, limit) => Events.ModuleOutputLeftOut(log, bytes, limit >> 10, name));

    /// <summary>How long its runs take.</summary>
    public RunTimeAverage Pace { get; } = new();

    /// <summary>The loaded script.</summary>
    /// <exception cref="ScriptLoadException">It cannot be loaded.</exception>
    public Task<ScriptProgram> GetProgramAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            UsedAt = Stopwatch.GetTimestamp();
            if (_loading is null || (_loading.IsCompleted && IsStale(_loading)))
            {
                Release();
                _loading = threads.RunAsync(Load);
                _checkedAt = Stopwatch.GetTimestamp();
            }

            return _loading.IsCompleted ? _loading : _loading.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes it out of memory; runs that have begun end as they would.</summary>
    public void Unload()
    {
        lock (_gate)
        {
            if (_loading is { IsCompleted: true })
            {
                Release();
                _loading = null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            Release();
        }
    }

    private void Release()
    {
        if (_loading is { IsCompletedSuccessfully: true } loaded)
        {
            loaded.Result.Release();
        }
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
