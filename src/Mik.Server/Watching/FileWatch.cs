using Microsoft.Extensions.Logging;
using Mik.Server.Observability;

namespace Mik.Server.Watching;

/// <summary>
/// Watches files and folders (with all below them), also ones that are not there yet, and calls back once when there was a change and all of
/// them have been quiet for a while. Calls never overlap. A system may lose events or refuse to watch: then the call comes for all paths,
/// or not at all.
/// </summary>
internal sealed class FileWatch : IDisposable
{
    // Files that never rest, such as a log in a watched folder, shall not keep changes back for ever.
    private const int MostQuietTimes = 10;

    private readonly Lock _gate = new();
    private readonly string[] _paths;
    private readonly TimeSpan _quiet;
    private readonly Func<IReadOnlySet<string>, Task> _changed;
    private readonly ILogger _log;
    private readonly Timer _timer;
    private readonly Dictionary<(string Path, bool IsOfParent), (FileSystemWatcher Watcher, string Place)> _watchers = [];
    private HashSet<string> _changes = new(StringComparer.Ordinal);
    private long _firstChangeAt;
    private bool _isCalling;
    private bool _isDisposed;

    /// <summary>Begins to watch.</summary>
    public FileWatch(IEnumerable<string> paths, TimeSpan quiet, Func<IReadOnlySet<string>, Task> changed, ILogger log)
    {
        _paths = [.. paths.Distinct(StringComparer.Ordinal)];
        _quiet = quiet;
        _changed = changed;
        _log = log;
        _timer = new Timer(static state => _ = ((FileWatch)state!).CallAsync(), this, Timeout.Infinite, Timeout.Infinite);
        lock (_gate)
        {
            Arm(_changes);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            foreach (var (watcher, _) in _watchers.Values)
            {
                watcher.Dispose();
            }

            _watchers.Clear();
        }

        _timer.Dispose();
    }

    private void OnChange(string path)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            var now = Environment.TickCount64;
            if (_changes.Count == 0)
            {
                _firstChangeAt = now;
            }

            _changes.Add(path);
            var longest = _firstChangeAt + ((long)_quiet.TotalMilliseconds * MostQuietTimes) - now;
            _timer.Change(Math.Clamp((long)_quiet.TotalMilliseconds, 0, Math.Max(0, longest)), Timeout.Infinite);
        }
    }

    private async Task CallAsync()
    {
        HashSet<string> changes;
        lock (_gate)
        {
            if (_isDisposed || _isCalling || _changes.Count == 0)
            {
                return;
            }

            _isCalling = true;
            changes = _changes;
            _changes = new HashSet<string>(StringComparer.Ordinal);
            Arm(changes);
        }

        try
        {
            await _changed(changes);
        }
        catch (Exception exception)
        {
            Events.WatchFailed(_log, exception.Message);
        }

        lock (_gate)
        {
            _isCalling = false;
            if (!_isDisposed && _changes.Count > 0)
            {
                _timer.Change((long)_quiet.TotalMilliseconds, Timeout.Infinite);
            }
        }
    }

    /// <summary>
    /// Watches what is there now. A folder is watched itself, and every path through the nearest folder above it, since it may be replaced or not be
    /// there yet. What changed may be another folder of the same name, so it is watched anew.
    /// </summary>
    private void Arm(HashSet<string> changes)
    {
        foreach (var path in _paths)
        {
            var isChanged = changes.Contains(path);
            Place(path, isOfParent: false, Directory.Exists(path) ? path : null, "*", isChanged);
            var below = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
            var above = Path.GetDirectoryName(below);
            while (above is not null && !Directory.Exists(above))
            {
                (below, above) = (above, Path.GetDirectoryName(above));
            }

            Place(path, isOfParent: true, above, Path.GetFileName(below), isChanged);
        }
    }

    private void Place(string path, bool isOfParent, string? folder, string filter, bool isChanged)
    {
        var place = $"{folder}|{filter}";
        if (_watchers.TryGetValue((path, isOfParent), out var known))
        {
            if (known.Place == place && !(isChanged && !isOfParent))
            {
                return;
            }

            known.Watcher.Dispose();
            _watchers.Remove((path, isOfParent));
        }

        if (folder is null)
        {
            return;
        }

        try
        {
            var watcher = new FileSystemWatcher(folder, filter)
            {
                IncludeSubdirectories = !isOfParent,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            watcher.Changed += (_, _) => OnChange(path);
            watcher.Created += (_, _) => OnChange(path);
            watcher.Deleted += (_, _) => OnChange(path);
            watcher.Renamed += (_, _) => OnChange(path);
            watcher.Error += (_, _) => OnChange(path);
            watcher.EnableRaisingEvents = true;
            _watchers[(path, isOfParent)] = (watcher, place);
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            Events.WatchFailed(_log, exception.Message);
        }
    }
}
