using System.Diagnostics.CodeAnalysis;
using Mik.Server.Observability;
using Mik.Server.Options;
using Mik.Server.Paths;

namespace Mik.Server.Modules;

/// <summary>
/// The modules of a folder, or of one file. The folder is looked at again when it is asked for and a second has passed, so files may come and
/// go while the server runs; state is kept for those that are there, and for nothing else.
/// </summary>
internal sealed class ModuleFolder
{
    private const string Extension = ".wasm";
    private const int MostReported = 1000;

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly string _prefix;
    private readonly bool _isContained;
    private readonly ModuleFactory _factory;
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);
    private Dictionary<string, ModuleState> _modules = new(StringComparer.Ordinal);
    private long _lookedAt;

    /// <summary>The modules of a path; their full names begin with a prefix.</summary>
    /// <param name="path">The folder, or the file.</param>
    /// <param name="prefix">What their full names begin with.</param>
    /// <param name="factory">Makes modules.</param>
    /// <param name="isContained">Whether links must not lead out of the folder: who writes there is not who runs the server.</param>
    public ModuleFolder(string path, string prefix, ModuleFactory factory, bool isContained = false)
    {
        _isContained = isContained;
        _path = path;
        _prefix = prefix;
        _factory = factory;
        Refresh();
    }

    /// <summary>The modules that were there when the folder was last looked at.</summary>
    public IReadOnlyCollection<ModuleState> All => Volatile.Read(ref _modules).Values;

    /// <summary>Finds a module by its exact name.</summary>
    public bool TryFind(ReadOnlySpan<char> name, [NotNullWhen(true)] out ModuleState? module)
    {
        var now = _factory.Clock.GetTimestamp();
        var lookedAt = Volatile.Read(ref _lookedAt);
        if (now - lookedAt > _factory.CheckTicks && Interlocked.CompareExchange(ref _lookedAt, now, lookedAt) == lookedAt)
        {
            Refresh();
        }

        return Volatile.Read(ref _modules).GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out module);
    }

    /// <summary>Looks at the folder now.</summary>
    public void Refresh()
    {
        lock (_gate)
        {
            Volatile.Write(ref _lookedAt, _factory.Clock.GetTimestamp());
            if (Files() is { } files && !IsAsBefore(files))
            {
                Take(files);
            }
        }
    }

    /// <summary>The folder is served no longer.</summary>
    public void Retire()
    {
        lock (_gate)
        {
            Take([]);
        }
    }

    private bool IsAsBefore(Dictionary<string, string> files)
    {
        if (files.Count != _modules.Count)
        {
            return false;
        }

        foreach (var (name, file) in files)
        {
            if (!_modules.TryGetValue(name, out var module) || !IsStill(module, name, file))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsStill(ModuleState module, string name, string file) =>
        module.Config.Path == file && module.Config.IsMiddleware == _factory.IsMiddleware(_prefix + name);

    private void Take(Dictionary<string, string> files)
    {
        var before = _modules;
        var modules = new Dictionary<string, ModuleState>(files.Count, StringComparer.Ordinal);
        foreach (var (name, file) in files)
        {
            modules[name] = before.TryGetValue(name, out var known) && IsStill(known, name, file)
                ? known
                : _factory.Create(
                    new ModuleConfig(_prefix + name, file)
                    {
                        Within = _isContained ? _path : null,
                        IsTenants = _prefix.Length > 0,
                        IsMiddleware = _factory.IsMiddleware(_prefix + name),
                    });
        }

        Volatile.Write(ref _modules, modules);
        foreach (var (name, module) in before)
        {
            if (!modules.TryGetValue(name, out var still) || still != module)
            {
                module.Retire();
            }
        }
    }

    /// <summary>Name → file; null when the folder cannot be read, and what was known still counts.</summary>
    private Dictionary<string, string>? Files()
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var file in File.Exists(_path) ? [_path] : Directory.Exists(_path) ? Directory.GetFiles(_path) : [])
            {
                Add(files, file);
            }

            return files;
        }
        catch (DirectoryNotFoundException)
        {
            return files;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(_path, exception.Message);
            return null;
        }
    }

    private void Add(Dictionary<string, string> files, string file)
    {
        var fileName = Path.GetFileName(file.AsSpan());
        if (!fileName.EndsWith(Extension, StringComparison.Ordinal) || fileName[0] == '.')
        {
            return;
        }

        var name = ModuleName.OfFile(file);
        if (_factory.HasOnlyMiddleware && !_factory.IsMiddleware(_prefix + name.ToString()))
        {
            return;
        }

        if (!ModuleName.IsLegal(name))
        {
            Report(file, $"its name cannot be a module's; legal is: {ModuleName.Rule}");
            return;
        }

        if (_isContained && File.Exists(file) && RealPath.Inside(_path, file) is null)
        {
            Report(file, "it is a link that leads out of the tenant's folder");
            return;
        }

        if (files.TryGetValue(name.ToString(), out var other))
        {
            var isBetter = ModuleFileOrder.Compare(file, other) > 0;
            Report(isBetter ? other : file, $"{Path.GetFileName(isBetter ? file : other)} beside it is served as '{_prefix}{name}'");
            files[name.ToString()] = isBetter ? file : other;
            return;
        }

        files.Add(name.ToString(), file);
    }

    private void Report(string path, string reason)
    {
        if (_reported.Count < MostReported && _reported.Add($"{path}: {reason}"))
        {
            Events.ModuleIgnored(_factory.Log, path, reason);
        }
    }
}
