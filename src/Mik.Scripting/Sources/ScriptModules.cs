using System.Collections.Concurrent;
using Mik.Scripting.Engine;

namespace Mik.Scripting.Sources;

/// <summary>
/// What scripts may import: <c>mik-sdk</c>, files of their folder by relative paths, and in tests <c>mik-sdk/testing</c>. It keeps what it
/// has read, so that stacks can be explained and changes be seen.
/// </summary>
internal sealed class ScriptModules(ScriptFolder folder, bool isForTests)
{
    private const string Sdk = "mik-sdk";

    private readonly ConcurrentDictionary<string, ScriptSource> _read = new(StringComparer.Ordinal);

    /// <summary>The files that were read.</summary>
    public IEnumerable<ScriptSource> Read => _read.Values;

    /// <summary>Resolves an import to the name of a module.</summary>
    /// <exception cref="ScriptImportException">It may not be imported, or is not there.</exception>
    public string Resolve(string importer, string specifier)
    {
        if (importer.StartsWith("mik:", StringComparison.Ordinal))
        {
            return specifier;
        }

        if (importer.StartsWith(Sdk + "/", StringComparison.Ordinal))
        {
            return ResolveInsideSdk(importer, specifier);
        }

        return specifier switch
        {
            Sdk => Sdk + "/src/index.js",
            Sdk + "/testing" when isForTests => Sdk + "/src/testing/index.js",
            Sdk + "/testing" => throw new ScriptImportException($"{importer} imports \"{Sdk}/testing\", which only test files may import"),
            _ when specifier.StartsWith("./", StringComparison.Ordinal) || specifier.StartsWith("../", StringComparison.Ordinal) => folder.Resolve(importer, specifier),
            _ => throw new ScriptImportException($"{importer} imports \"{specifier}\"; a script may import \"{Sdk}\" and files of the scripts folder, by paths that begin with ./ or ../"),
        };
    }

    /// <summary>The JavaScript of a module.</summary>
    /// <exception cref="ScriptImportException">It cannot be read, or is not TypeScript.</exception>
    public byte[] Load(string module)
    {
        if (EmbeddedSources.TryRead(module, out var embedded) && (module.StartsWith("mik:", StringComparison.Ordinal) || module.StartsWith(Sdk + "/", StringComparison.Ordinal)))
        {
            return embedded;
        }

        if (!folder.TryLocate(module, out var path))
        {
            throw new ScriptImportException($"there is no module {module}");
        }

        var source = ScriptSource.Read(module, path);
        _read[module] = source;
        return source.Code;
    }

    /// <summary>A file that was read, by its module.</summary>
    public ScriptSource? Find(string module) => _read.GetValueOrDefault(module);

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
