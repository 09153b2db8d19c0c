using Mik.Build.Toolchains;
using Mik.Cli.Projects;
using Mik.Configuration.Model;
using Mik.Configuration.Reading;

namespace Mik.Cli.Commands;

/// <summary>The path dependencies of a project that is developed. Those that are projects with sources are built when a source changes.</summary>
internal sealed class DevDependencies
{
    private readonly string[] _places;
    private readonly MikConfiguration[] _projects;
    private readonly Dictionary<string, (DateTime Time, long Length)> _taken = new(StringComparer.Ordinal);

    /// <summary>Looks at them.</summary>
    public DevDependencies(MikConfiguration project)
    {
        var paths = project.Dependencies.Select(dependency => dependency.Source).OfType<PathSource>()
            .Select(source => Path.TrimEndingDirectorySeparator(source.FullPath)).Distinct(StringComparer.Ordinal).ToArray();
        _projects = [.. paths.Select(ProjectIn).OfType<MikConfiguration>()];
        _places = [.. paths.Where(path => _projects.All(other => other.Folder != path)), .. _projects.SelectMany(Outputs)];
        Note();
    }

    /// <summary>The files and folders that say of a change.</summary>
    public IEnumerable<string> Watched => _places.Concat(_projects.SelectMany(ProjectSources.Entries));

    /// <summary>Those whose component is not there, or is older than a source.</summary>
    public IEnumerable<MikConfiguration> NotBuilt => _projects.Where(
        project => Outputs(project).Where(File.Exists).Select(path => new FileInfo(path)).MaxBy(file => file.LastWriteTimeUtc) is not { } newest
            || ProjectRemarks.NewerSource(project, newest) is not null);

    /// <summary>Those of which a source changed.</summary>
    public IEnumerable<MikConfiguration> Changed(IReadOnlySet<string> changes) => _projects.Where(
        project => changes.Any(
            path => path.StartsWith(project.Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) && ProjectSources.Includes(project, path)));

    /// <summary>Whether a component changed since <see cref="Note"/>.</summary>
    public bool HaveNewComponents(IReadOnlySet<string> changes) => _places.Where(changes.Contains).Any(
        path => !File.Exists(path) || !_taken.TryGetValue(path, out var taken) || taken != Look(path));

    /// <summary>What there is now is known, and no news.</summary>
    public void Note()
    {
        foreach (var path in _places.Where(File.Exists))
        {
            _taken[path] = Look(path);
        }
    }

    private static (DateTime Time, long Length) Look(string path)
    {
        var file = new FileInfo(path);
        return (file.LastWriteTimeUtc, file.Exists ? file.Length : 0);
    }

    private static MikConfiguration? ProjectIn(string folder)
    {
        var file = Path.Combine(folder, MikConfiguration.FileName);
        var project = File.Exists(file) ? MikConfiguration.Load(file, static _ => null).Configuration : null;
        return project is not null && (project.BuildCommand is not null || ToolchainTable.In(folder).Count > 0) ? project : null;
    }

    private static IEnumerable<string> Outputs(MikConfiguration project) => project.BuildOutput is { } output ? [output] :
    [
        Path.Combine(project.Folder, ProjectModules.OutputFolder, $"{project.Name}{ProjectModules.ComposedSuffix}.wasm"),
        Path.Combine(project.Folder, ProjectModules.OutputFolder, $"{project.Name}.wasm"),
    ];
}
