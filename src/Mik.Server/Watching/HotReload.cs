using Microsoft.Extensions.Logging;
using Mik.Server.Modules;
using Mik.Server.Observability;
using Mik.Server.Options;

namespace Mik.Server.Watching;

/// <summary>
/// Watches everything that a server's options name, and has changes served at once: options first, then modules. Scripts and files are looked
/// at when they are asked for. Requests in flight end on what they began with.
/// </summary>
internal sealed class HotReload : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ModuleSet _modules;
    private readonly Func<MikServerOptions, Task> _apply;
    private readonly Func<Task> _load;
    private readonly ILogger _log;
    private MikServerOptions _options;
    private FileWatch? _watch;
    private bool _isDisposed;

    /// <summary>Begins to watch.</summary>
    /// <param name="options">What to watch.</param>
    /// <param name="modules">The modules, told to look at their files.</param>
    /// <param name="apply">Makes other options hold.</param>
    /// <param name="load">Loads what is not loaded yet.</param>
    /// <param name="log">The log.</param>
    public HotReload(MikServerOptions options, ModuleSet modules, Func<MikServerOptions, Task> apply, Func<Task> load, ILogger log)
    {
        _options = options;
        _modules = modules;
        _apply = apply;
        _load = load;
        _log = log;
        Watch();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _watch?.Dispose();
        }
    }

    private static IEnumerable<string> PathsOf(MikServerOptions options) =>
        ((string?[])[options.Source?.Path, options.ModulesPath, options.UserModulesPath, options.ScriptsFolder, options.StaticFolder])
            .OfType<string>()
            .Concat(options.Modules.Select(module => module.Path));

    private void Watch()
    {
        lock (_gate)
        {
            _watch?.Dispose();
            _watch = _isDisposed ? null : new FileWatch(PathsOf(_options), _options.WatchDebounce, ChangedAsync, _log);
        }
    }

    private async Task ChangedAsync(IReadOnlySet<string> paths)
    {
        var served = paths.Order(StringComparer.Ordinal).ToList();
        if (_options.Source is { } source && paths.Contains(source.Path) && !await ReadOptionsAsync(source))
        {
            served.Remove(source.Path);
        }

        await _modules.RefreshAsync();
        await _load();
        if (served.Count > 0)
        {
            Events.ChangesServed(_log, string.Join(", ", served));
        }
    }

    private async Task<bool> ReadOptionsAsync(OptionsSource source)
    {
        while (true)
        {
            var read = FileStamp.Of(source.Path);
            if (!await TryReadOptionsAsync(source))
            {
                return false;
            }

            // Another one watches now, and has not heard of what was written meanwhile.
            if (FileStamp.Of(source.Path) == read)
            {
                return true;
            }
        }
    }

    private async Task<bool> TryReadOptionsAsync(OptionsSource source)
    {
        if (source.Read() is not { } options)
        {
            Events.OptionsNotReplaced(_log, source.Path, "see its errors");
            return false;
        }

        try
        {
            await _apply(options);
        }
        catch (FormatException exception)
        {
            Events.OptionsNotReplaced(_log, source.Path, exception.Message);
            return false;
        }

        _options = options;
        Watch();
        Events.OptionsReplaced(_log, source.Path);
        return true;
    }
}
