using System.Diagnostics.CodeAnalysis;
using Mik.Scripting.Engine;

namespace Mik.Scripting.Sources;

/// <summary>
/// The folder of scripts. Modules are named by their path from beside it: <c>scripts/checkout.ts</c>. Nothing outside it can be named, by
/// dots, links, encodings or otherwise.
/// </summary>
internal sealed class ScriptFolder
{
    private static readonly string[] Extensions = [".ts", ".js"];

    // What other programs take for JavaScript, and mik does not.
    private static readonly string[] OtherExtensions = [".mjs", ".cjs", ".mts", ".cts", ".jsx", ".tsx", ".ts", ".js"];

    private readonly string _realRoot;

    /// <summary>A folder that may not exist yet.</summary>
    public ScriptFolder(string path)
    {
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        _realRoot = RealPath(Root);
        var name = Path.GetFileName(Root);
        Label = name.Length == 0 || name.StartsWith("mik", StringComparison.Ordinal) ? "scripts" : name;
    }

    /// <summary>Full path.</summary>
    public string Root { get; }

    /// <summary>The first segment of module names.</summary>
    public string Label { get; }

    /// <summary>The scripts that are endpoints: name and module.</summary>
    /// <param name="doubles">The older of two files of one name, which is not served, and the newer, which is.</param>
    /// <param name="strangers">Files that look like scripts, and are none for their names' ends.</param>
    public IReadOnlyDictionary<string, string> Endpoints(out IReadOnlyList<(string Older, string Newer)> doubles, out IReadOnlyList<string> strangers)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var twice = new List<(string, string)>();
        var strange = new List<string>();
        foreach (var file in Files())
        {
            var fileName = Path.GetFileName(file);
            if (!IsEndpoint(fileName))
            {
                if (IsStranger(fileName))
                {
                    strange.Add($"{Label}/{fileName}");
                }

                continue;
            }

            var name = Path.GetFileNameWithoutExtension(fileName);
            var module = $"{Label}/{fileName}";
            if (!found.TryAdd(name, module))
            {
                var newer = Newer(found[name], module);
                twice.Add((newer == module ? found[name] : module, newer));
                found[name] = newer;
            }
        }

        (doubles, strangers) = (twice, strange);
        return found;
    }

    /// <summary>Test files, in this folder and below, as modules.</summary>
    public IReadOnlyList<string> Tests() => !Directory.Exists(Root)
        ? []
        : [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => IsTest(Path.GetFileName(file)) && !file.Contains("node_modules/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(file => $"{Label}/{file}")];

    /// <summary>Whether a file name is that of a test.</summary>
    public static bool IsTest(string fileName) =>
        HasExtension(fileName) && (fileName.Contains(".test.", StringComparison.Ordinal) || fileName.Contains(".spec.", StringComparison.Ordinal));

    /// <summary>Resolves a relative import.</summary>
    /// <param name="importer">The module that imports.</param>
    /// <param name="specifier">What it writes.</param>
    /// <param name="older">The older of two files that it may mean, when there are two.</param>
    /// <exception cref="ScriptImportException">It leads nowhere or outside.</exception>
    public string Resolve(string importer, string specifier, out string? older)
    {
        older = null;
        var segments = new List<string>(importer.Split('/')[1..^1]);
        foreach (var segment in specifier.Split('/'))
        {
            if (segment == "..")
            {
                if (segments.Count == 0)
                {
                    throw new ScriptImportException($"{importer} imports \"{specifier}\", which is outside the scripts folder");
                }

                segments.RemoveAt(segments.Count - 1);
            }
            else if (segment is not ("." or ""))
            {
                segments.Add(IsPlain(segment)
                    ? segment
                    : throw new ScriptImportException($"{importer} imports \"{specifier}\", which is no path: use letters, digits, '_', '-', '.' and '/'"));
            }
        }

        var module = string.Join('/', segments.Prepend(Label));
        var candidates = Candidates(module).Where(candidate => TryLocate(candidate, out _)).ToArray();
        if (candidates.Length == 0)
        {
            throw new ScriptImportException(IsStranger(segments[^1]) && File.Exists(Path.Combine([Root, .. segments]))
                ? $"{importer} imports \"{specifier}\", and only files that end with .js, .ts or .json are imported"
                : $"{importer} imports \"{specifier}\", and there is no such file in the scripts folder");
        }

        if (candidates.Length == 1)
        {
            return candidates[0];
        }

        var newer = Newer(candidates[0], candidates[1]);
        older = candidates[newer == candidates[0] ? 1 : 0];
        return newer;
    }

    // tsc writes a .js beside its .ts: whichever was written last is meant. Of the same age, the source is.
    private string Newer(string one, string other)
    {
        var (oneAt, otherAt) = (WrittenAt(one), WrittenAt(other));
        return oneAt != otherAt ? oneAt > otherAt ? one : other : one.EndsWith(".ts", StringComparison.Ordinal) ? one : other;
    }

    private DateTime WrittenAt(string module) => File.GetLastWriteTimeUtc(Path.Combine(Root, module[(Label.Length + 1)..]));

    /// <summary>The file of a module that exists inside the folder.</summary>
    public bool TryLocate(string module, [NotNullWhen(true)] out string? path)
    {
        path = null;
        if (!module.StartsWith(Label + "/", StringComparison.Ordinal))
        {
            return false;
        }

        var file = Path.Combine(Root, module[(Label.Length + 1)..]);
        if (!File.Exists(file) || !IsInside(RealPath(file)))
        {
            return false;
        }

        path = file;
        return true;
    }

    private string[] Files()
    {
        var files = Directory.Exists(Root) ? Directory.GetFiles(Root) : [];
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    private bool IsInside(string realPath) => realPath.StartsWith(_realRoot + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static bool IsEndpoint(string fileName) =>
        HasExtension(fileName) && !fileName.StartsWith('_') && !fileName.StartsWith('.') && !IsTest(fileName)
            && !fileName.EndsWith(".d.ts", StringComparison.Ordinal);

    private static bool IsStranger(string fileName) => !HasExtension(fileName) && fileName is not ['_' or '.', ..]
        && !fileName.Contains(".d.", StringComparison.Ordinal)
        && OtherExtensions.Any(extension => fileName.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    private static bool HasExtension(string fileName) => Extensions.Any(extension => fileName.EndsWith(extension, StringComparison.Ordinal));

    // "./a.js" may be written for a.ts, as TypeScript has it.
    private static string[] Candidates(string module) => HasExtension(module) || module.EndsWith(".json", StringComparison.Ordinal)
        ? module.EndsWith(".js", StringComparison.Ordinal) ? [module, module[..^3] + ".ts"] : [module]
        : [.. Extensions.Select(extension => module + extension)];

    private static bool IsPlain(string segment) =>
        !segment.StartsWith("..", StringComparison.Ordinal)
        && segment.All(character => char.IsLetterOrDigit(character) || character is '_' or '-' or '.' or '@' or '+' or ' ' or '(' or ')' or '[' or ']' or '$');

    /// <summary>The path with every link on it followed.</summary>
    private static string RealPath(string path)
    {
        var root = Path.GetPathRoot(path)!;
        var real = root;
        foreach (var segment in path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(real, segment);
            try
            {
                var target = File.ResolveLinkTarget(next, returnFinalTarget: true);
                real = target is null ? next : target.FullName == next ? next : RealPath(target.FullName);
            }
            catch (IOException)
            {
                // A loop of links, or nothing there: it will not be found either.
                real = next;
            }
        }

        return real;
    }
}
