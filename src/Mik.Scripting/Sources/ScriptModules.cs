using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Mik.Scripting.Engine;

namespace Mik.Scripting.Sources;

/// <summary>
/// What scripts may import: <c>mik-sdk</c>, files of their folder by relative paths, and in tests <c>mik-sdk/testing</c>. It keeps what it
/// has read, so that stacks can be explained and changes be seen.
/// </summary>
internal sealed partial class ScriptModules(ScriptFolder folder, bool isForTests)
{
    private const string Sdk = "mik-sdk";

    // A module of CommonJS has two: its body as a function, and what its body exports when it has run.
    private const string Exports = "#exports";
    private const string Required = "commonjs:";

    private const int MaxFaults = 64;

    private readonly ConcurrentDictionary<string, ScriptSource> _read = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ScriptFrame> _faults = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, SourceStamp> _passedOver = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>Whether a file has changed since it was read, or since a newer one was taken in its stead.</summary>
    public bool HasChanged => _read.Values.Any(source => source.HasChanged) || _passedOver.Any(file => SourceStamp.Of(file.Key) != file.Value);

    /// <summary>The files that were read.</summary>
    public IEnumerable<ScriptSource> Read => _read.Values;

    /// <summary>Bytes that they take.</summary>
    public long SizeBytes => _read.Values.Sum(source => source.SizeBytes);

    /// <summary>Whether an import could not be resolved: a file that comes may change that.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>Where the import or the file is that was refused with a message; null when that is not known.</summary>
    public ScriptFrame? FaultOf(string message) =>
        _faults.TryGetValue(message, out var known) ? known : ImportOf(MissingExport().Match(message).Groups["name"].Value);

    /// <summary>Resolves an import to the name of a module.</summary>
    /// <exception cref="ScriptImportException">It may not be imported, or is not there.</exception>
    public string Resolve(string importer, string specifier)
    {
        try
        {
            return ResolveAllowed(importer, specifier);
        }
        catch (ScriptImportException exception)
        {
            IsIncomplete = true;
            if (Find(importer)?.LineWith(specifier.StartsWith(Required, StringComparison.Ordinal) ? specifier[Required.Length..] : specifier) is { } at)
            {
                Keep(exception.Message, new ScriptFrame("", importer, at.Line, at.Column));
            }

            throw;
        }
    }

    private string ResolveAllowed(string importer, string specifier)
    {
        if (importer.StartsWith("mik:", StringComparison.Ordinal))
        {
            return folder.TryLocate(specifier, out _) ? Facade(specifier) : specifier;
        }

        if (specifier == Required)
        {
            return "mik:commonjs";
        }

        if (importer.EndsWith(Exports, StringComparison.Ordinal) && specifier == importer[..^Exports.Length])
        {
            return specifier;
        }

        return specifier.StartsWith(Required, StringComparison.Ordinal)
            ? ResolveImport(importer, specifier[Required.Length..]) : Facade(ResolveImport(importer, specifier));
    }

    private string Facade(string module) => folder.TryLocate(module, out _) && Source(module).CommonJs is not null ? module + Exports : module;

    private string ResolveImport(string importer, string specifier)
    {
        if (importer.StartsWith(Sdk + "/", StringComparison.Ordinal))
        {
            return ResolveInsideSdk(importer, specifier);
        }

        return specifier switch
        {
            Sdk => Sdk + "/src/index.js",
            Sdk + "/testing" when isForTests => Sdk + "/src/testing/index.js",
            Sdk + "/testing" => throw new ScriptImportException($"{importer} imports \"{Sdk}/testing\", which only test files may import"),
            _ when specifier.StartsWith("./", StringComparison.Ordinal)
                || specifier.StartsWith("../", StringComparison.Ordinal) => ResolveFile(importer, specifier),
            _ =>
                throw new ScriptImportException(
                    $"{importer} imports \"{specifier}\"; a script may import \"{Sdk}\" and files of the scripts folder, by paths that begin with ./ or ../"),
        };
    }

    private string ResolveFile(string importer, string specifier)
    {
        var module = folder.Resolve(importer, specifier, out var older);
        if (older is not null && folder.TryLocate(older, out var path))
        {
            _passedOver[path] = SourceStamp.Of(path);
        }

        return module;
    }

    /// <summary>The JavaScript of a module.</summary>
    /// <exception cref="ScriptImportException">It cannot be read, or is not TypeScript.</exception>
    public byte[] Load(string module)
    {
        if (EmbeddedSources.TryRead(module, out var embedded)
            && (module.StartsWith("mik:", StringComparison.Ordinal) || module.StartsWith(Sdk + "/", StringComparison.Ordinal)))
        {
            return embedded;
        }

        if (module.EndsWith(Exports, StringComparison.Ordinal))
        {
            var body = module[..^Exports.Length];
            return CommonJsFacade.Of(body, Source(body).CommonJs!);
        }

        var source = Source(module);
        if (source.Fault is { } fault)
        {
            Keep(fault.Message, new ScriptFrame("", module, fault.Line, fault.Column));
            throw fault;
        }

        return source.Code;
    }

    private ScriptSource Source(string module)
    {
        if (_read.TryGetValue(module, out var known))
        {
            return known;
        }

        return folder.TryLocate(module, out var path)
            ? Keep(ScriptSource.Read(module, path, SourceFile.MaxProgramBytes - Volatile.Read(ref _bytes), text => ImportedTexts.Of(folder, module, text)))
            : throw new ScriptImportException($"there is no module {module}");
    }

    private ScriptSource Keep(ScriptSource source)
    {
        if (_read.TryAdd(source.Module, source))
        {
            Interlocked.Add(ref _bytes, source.Fault is null ? source.Stamp.Length : 0);
        }

        return source;
    }

    /// <summary>A file that was read, by its module.</summary>
    public ScriptSource? Find(string module) => _read.GetValueOrDefault(module);

    /// <summary>Where a name is imported.</summary>
    private ScriptFrame? ImportOf(string name)
    {
        if (name.Length == 0)
        {
            return null;
        }

        var import = new Regex($@"import\b[^;'""]*?(?<name>\b{Regex.Escape(name)}\b)[^;'""]*from", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        foreach (var source in _read.Values)
        {
            if (import.Match(source.Text).Groups["name"] is { Success: true } found)
            {
                var (line, column) = source.Place(found.Index);
                return new ScriptFrame("", source.Module, line, column);
            }
        }

        return null;
    }

    [GeneratedRegex("^Could not find export '(?<name>[^']+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MissingExport();

    private void Keep(string message, ScriptFrame place)
    {
        if (_faults.Count < MaxFaults)
        {
            _faults[message] = place;
        }
    }

    private static string ResolveInsideSdk(string importer, string specifier)
    {
        var segments = new List<string>(importer.Split('/')[..^1]);
        foreach (var segment in specifier.Split('/'))
        {
            if (segment == "..")
            {
                segments.RemoveAt(segments.Count - 1);
            }
            else if (segment != ".")
            {
                segments.Add(segment);
            }
        }

        return string.Join('/', segments);
    }
}
