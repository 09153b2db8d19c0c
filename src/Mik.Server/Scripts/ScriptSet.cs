using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Threads;
using Mik.Scripting.Execution;
using Mik.Scripting.Sources;
using Mik.Server.Modules;
using Mik.Server.Observability;
using Mik.Server.Options;

namespace Mik.Server.Scripts;

/// <summary>The scripts that are served, by name. The folder is looked at again while the server runs: files may come and go.</summary>
internal sealed class ScriptSet : IDisposable
{
    private static readonly TimeSpan ScanInterval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly ScriptFolder _folder;
    private readonly ILogger _log;
    private readonly TimeSpan _patience;
    private readonly Func<string, string, ScriptState> _create;
    private Dictionary<string, ScriptState> _scripts = new(StringComparer.Ordinal);
    private readonly HashSet<(string Older, string Newer)> _noted = [];
    private long _scannedAt;

    /// <summary>The scripts of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="tenant">Whose they are; null when they are the server's own.</param>
    /// <param name="options">The options.</param>
    /// <param name="threads">Where they are loaded.</param>
    /// <param name="cache">Where they are kept.</param>
    /// <param name="log">The log.</param>
    public ScriptSet(string folder, string? tenant, MikServerOptions options, GuestThreads threads, ModuleCache cache, ILogger log)
    {
        _folder = new ScriptFolder(folder);
        _log = log;
        _patience = options.ExecutionTimeout;
        _create = (name, module) => new ScriptState(tenant is null ? name : $"{tenant}/{name}", module, tenant, _folder, options, threads, cache, log);
        Scan();
    }

    /// <summary>Names of the scripts.</summary>
    public IReadOnlyList<string> Names => [.. Volatile.Read(ref _scripts).Keys.Order(StringComparer.Ordinal)];

    /// <summary>The scripts.</summary>
    public IEnumerable<ScriptState> All => Volatile.Read(ref _scripts).Values;

    /// <summary>The script with this name, or null.</summary>
    public ScriptState? Find(string name)
    {
        lock (_gate)
        {
            if (Stopwatch.GetElapsedTime(_scannedAt) > ScanInterval)
            {
                Scan();
            }

            return _scripts.GetValueOrDefault(name);
        }
    }

    /// <summary>
    /// Loads all scripts. What is wrong with one is in the log, and its requests say so until its file is mended. One that takes longer than
    /// a request may is not waited for: it goes on loading.
    /// </summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_patience);
        await Task.WhenAll(Volatile.Read(ref _scripts).Values.Select(script => LoadAsync(script, patience.Token)));
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var script in _scripts.Values)
        {
            script.Dispose();
        }
    }

    private async Task LoadAsync(ScriptState script, CancellationToken cancellationToken)
    {
        try
        {
            await script.GetProgramAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Its requests wait for it as long as they may.
        }
        catch (ScriptLoadException exception)
        {
            Events.ScriptFailed(_log, exception.Message, script.Name, "-", exception.Failure.Explanation);
        }
    }

    private void Scan()
    {
        var found = _folder.Endpoints(out var doubles, out var strangers);
        foreach (var (older, newer) in doubles.Where(_noted.Add))
        {
            Events.ScriptOlder(_log, newer, older);
        }

        foreach (var stranger in strangers.Where(name => _noted.Add((name, ""))))
        {
            Events.ScriptStranger(_log, stranger);
        }

        var scripts = new Dictionary<string, ScriptState>(StringComparer.Ordinal);
        foreach (var (name, module) in found)
        {
            scripts[name] = _scripts.TryGetValue(name, out var known) && known.Module == module ? known : _create(name, module);
        }

        foreach (var gone in _scripts.Values.Except(scripts.Values))
        {
            gone.Dispose();
        }

        Volatile.Write(ref _scripts, scripts);
        _scannedAt = Stopwatch.GetTimestamp();
    }
}
