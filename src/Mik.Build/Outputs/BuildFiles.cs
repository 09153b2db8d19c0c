using Mik.Build.Toolchains;
using Mik.Configuration.Model;

namespace Mik.Build.Outputs;

/// <summary>
/// The <c>*.wasm</c> files that a build may write, as they were before it. What it wrote is what is new or changed since; when all was up to
/// date, what it gave the last time. Never what the project takes from elsewhere: its bridge, its dependencies, its modules.
/// </summary>
internal sealed class BuildFiles
{
    private const string ComposedSuffix = "-composed.wasm";
    private const int MostListed = 8;

    private readonly MikConfiguration _project;
    private readonly IReadOnlyList<string> _ownFolders;
    private readonly HashSet<string> _inputs;
    private readonly Dictionary<string, (DateTime Time, long Length)> _before;

    /// <summary>Notes what there is before a build.</summary>
    /// <param name="project">The project.</param>
    /// <param name="ownFolders">The folders that belong to its toolchain.</param>
    public BuildFiles(MikConfiguration project, IReadOnlyList<string> ownFolders)
    {
        _project = project;
        _ownFolders = ownFolders;
        var outputs = ownFolders.Append("dist").Select(folder => Path.GetFullPath(folder, project.Folder)).ToArray();
        _inputs = [.. Inputs(project, outputs).Select(Real)];
        _before = Candidates([.. ownFolders, "dist"]).ToDictionary(file => file.FullName, file => (file.LastWriteTimeUtc, file.Length), StringComparer.Ordinal);
    }

    private string Record => Path.Combine(_project.Folder, ".mik", "built");

    /// <summary>The file that the build gave.</summary>
    /// <exception cref="BuildException">There is none, or it is not clear which.</exception>
    public string Find()
    {
        var found = Choose();
        KeptFolder.Make(_project.Folder, "");
        File.WriteAllText(Record, Path.GetRelativePath(_project.Folder, found));
        return found;
    }

    private string Choose()
    {
        var written = Candidates([.. _ownFolders, "dist"]).Where(
            file => !_before.TryGetValue(file.FullName, out var was) || was != (file.LastWriteTimeUtc, file.Length)).ToArray();
        var last = LastTime();
        if (written.Length > 0)
        {
            var stems = written.Select(Stem).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
            return Newest(written.Where(IsNamedLikeProject))
                ?? (stems is [var only] && (last is null || string.Equals(Stem(last), only, StringComparison.OrdinalIgnoreCase))
                    ? Newest(written)! : throw NotClear(last is null ? written : [.. written, last]));
        }

        var own = Candidates(_ownFolders).ToArray();
        return last?.FullName
            ?? Newest(own.Where(IsNamedLikeProject))
            ?? OnlyOf([.. own.Where(file => file.DirectoryName != Path.GetFullPath(_project.Folder))])
            ?? throw new BuildException(
                "the build gave no component",
                $"it wrote no *.wasm into {string.Join(", ", _ownFolders.Append("dist").Distinct())}",
                "[build] output = \"path/to/component.wasm\" in mik.toml says where it is")
            { Code = "build-no-output" };
    }

    /// <summary>What was up to date already before mik built here for the first time.</summary>
    private string? OnlyOf(FileInfo[] files) => files.Select(Stem).Distinct(StringComparer.OrdinalIgnoreCase).Count() switch
    {
        0 => null,
        1 => Newest(files),
        _ => throw NotClear(files),
    };

    private BuildException NotClear(IEnumerable<FileInfo> files) => new(
        "it is not clear which component the build gave",
        $"there are {string.Join(", ", files.Select(file => Path.GetRelativePath(_project.Folder, file.FullName)).Distinct().Take(MostListed))}, and "
            + $"none is named {_project.Name}",
        "[build] output = \"path/to/component.wasm\" in mik.toml says which")
    { Code = "build-no-output" };

    private FileInfo? LastTime()
    {
        try
        {
            var file = new FileInfo(Path.GetFullPath(File.ReadAllText(Record), _project.Folder));
            return file.Exists && !_inputs.Contains(Real(file.FullName)) ? file : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private IEnumerable<FileInfo> Candidates(IEnumerable<string> folders) => folders.Distinct(StringComparer.Ordinal)
        .Select(folder => Path.GetFullPath(folder, _project.Folder))
        .Where(Directory.Exists)
        .SelectMany(
            folder =>
                new DirectoryInfo(folder).EnumerateFiles(
                    "*.wasm", new EnumerationOptions { RecurseSubdirectories = folder != Path.GetFullPath(_project.Folder), MaxRecursionDepth = 6 }))
        .Where(file => !file.Name.EndsWith(ComposedSuffix, StringComparison.Ordinal) && !IsInput(file.FullName));

    private bool IsInput(string path)
    {
        var real = Real(path);
        return _inputs.Contains(real) || _inputs.Any(input => real.StartsWith(input + Path.DirectorySeparatorChar, StringComparison.Ordinal));
    }

    /// <summary>What the project takes from elsewhere. A modules folder that is built into, and a folder around the project, say nothing.</summary>
    private static IEnumerable<string> Inputs(MikConfiguration project, string[] outputs) =>
    [
        Path.GetFullPath(project.Bridge, project.Folder),
        .. new[] { project.Server.Modules, project.Server.UserModules }.OfType<string>().Where(folder => !outputs.Any(output => IsInside(output, folder))),
        .. project.Dependencies.Select(dependency => dependency.Source).OfType<PathSource>().Select(source => source.FullPath).Where(
            path => !IsInside(project.Folder, path)),
    ];

    private static bool IsInside(string path, string folder) =>
        (Path.TrimEndingDirectorySeparator(path) + Path.DirectorySeparatorChar).StartsWith(
            Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string Real(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        try
        {
            return File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        }
        catch (IOException)
        {
            return full;
        }
    }

    private bool IsNamedLikeProject(FileInfo file) =>
        string.Equals(Stem(file).Replace('-', '_'), _project.Name.Replace('-', '_'), StringComparison.OrdinalIgnoreCase);

    private static string Stem(FileInfo file) => Path.GetFileNameWithoutExtension(file.Name);

    private static string? Newest(IEnumerable<FileInfo> files) =>
        files.OrderByDescending(file => file.LastWriteTimeUtc).ThenBy(file => file.FullName.Length).FirstOrDefault()?.FullName;
}
