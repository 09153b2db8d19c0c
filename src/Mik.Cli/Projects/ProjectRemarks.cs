using Mik.Cli.Output;
using Mik.Configuration.Model;
using Mik.Configuration.Reading;
using Mik.Packages.Sources;
using Mik.Server.Options;

namespace Mik.Cli.Projects;

/// <summary>
/// What whoever serves a project should know: dependencies that were never installed, a build that is older than its sources, settings of modules that are not
/// there or that need another key.
/// </summary>
internal static class ProjectRemarks
{
    private const int MostFiles = 20_000;

    private static readonly EnumerationOptions Quietly = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };

    // What builds and installs write, and what is served without a build.
    private static readonly HashSet<string> NotSources = new(StringComparer.Ordinal)
    {
        "dist", "build", "target", "bin", "obj", "out", "node_modules", "modules", "scripts", "static", "logs",
    };

    /// <summary>Declared dependencies that are not there; null when all are.</summary>
    public static CliError? MissingDependencies(MikConfiguration project)
    {
        var missing = NotInstalled(project);
        return missing.Length == 0 ? null : new CliError(
            $"{string.Join(", ", missing)} {(missing.Length == 1 ? "is" : "are")} not installed",
            $"mik.toml declares {(missing.Length == 1 ? "it" : "them")}, and {Path.GetRelativePath(project.Folder, project.Server.Modules)} has no such file",
            "mik sync")
        { Code = "dependency-not-installed" };
    }

    /// <summary>The names of declared dependencies that are not there.</summary>
    public static string[] NotInstalled(MikConfiguration project) => File.Exists(project.Server.Modules)
        ? []
        : [.. project.Dependencies.Select(dependency => dependency.Name).Where(
            name => !File.Exists(Path.Combine(project.Server.Modules, DependencyFile.Of(name))))];

    /// <summary>A source that is newer than what was built of it; null when there is none.</summary>
    public static FileInfo? NewerSource(MikConfiguration project, FileInfo built) =>
        Sources(project).Take(MostFiles).FirstOrDefault(file => file.LastWriteTimeUtc > built.LastWriteTimeUtc);

    /// <summary>Says that a source is newer than what was built of it; null when none is.</summary>
    public static CliError? StaleBuild(MikConfiguration project, ModuleConfig built)
    {
        var newer = NewerSource(project, new FileInfo(built.Path));
        return newer is null ? null : new CliError(
            $"{Path.GetRelativePath(project.Folder, built.Path)} is older than {Path.GetRelativePath(project.Folder, newer.FullName)}",
            "what is served was built before that was changed",
            "mik build, or mik dev, which builds after each change")
        { Code = "stale-build" };
    }

    /// <summary>Tables of modules that are not there, and keys in them that do nothing as they stand.</summary>
    /// <param name="project">The project.</param>
    /// <param name="named">Modules that are served beside its own.</param>
    public static IEnumerable<CliError> UnusedSettings(MikConfiguration project, IReadOnlyList<ModuleConfig> named)
    {
        string[] names =
        [
            project.Name,
            .. ProjectModules.In(project).Select(module => module.Name),
            .. project.Dependencies.Select(dependency => dependency.Name),
            .. named.Select(module => module.Name),
        ];
        var middlewares = ProjectMiddleware.Names(project, project.Modules).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, module) in project.Modules)
        {
            if (!names.Contains(name, StringComparer.Ordinal))
            {
                yield return new CliError(
                    $"mik.toml has settings for '{name}', and there is no such module",
                    $"[modules.{name}] holds for a file {name}.wasm in {Path.GetRelativePath(project.Folder, project.Server.Modules)}",
                    NearestName.Of(name, names) is { } nearest ? $"did you mean '{nearest}'?" : "put the file there, or take the table away")
                { Code = "config-unknown-module" };
            }
            else if (module is { ReuseConcurrency: not null, ReuseInstances: null } && project.Server.ReuseInstances == 1)
            {
                yield return new CliError(
                    $"modules.{name}.reuse_concurrency does nothing by itself",
                    "each request has a fresh instance as long as reuse_instances is 1",
                    $"reuse_instances = N in [modules.{name}], or --reuse-instances N")
                { Code = "config-no-effect" };
            }

            if (module.Middleware is not null && middlewares.Contains(name))
            {
                yield return new CliError(
                    $"modules.{name}.middleware does nothing",
                    "it is a middleware itself, and none stands before one but those to its left in a list",
                    "name all in one list, outermost first")
                { Code = "config-no-effect" };
            }
        }
    }

    /// <summary>Says that a module is one of which no requests share an instance, whatever its table says.</summary>
    public static CliError NeverShared(ModuleConfig module) => new(
        $"reuse_instances and reuse_concurrency of modules.{module.Name} do nothing",
        $"{module.Path} is not made for WASI 0.3 HTTP: each request has a fresh instance",
        "take the keys away, or build it for wasi:http/handler@0.3")
    { Code = "config-no-effect" };

    private static IEnumerable<FileInfo> Sources(MikConfiguration project)
    {
        var folder = new DirectoryInfo(project.Folder);
        return folder.EnumerateFiles("*", Quietly).Where(IsSource).Concat(folder.EnumerateDirectories("*", Quietly).Where(IsSource).SelectMany(Below));
    }

    private static IEnumerable<FileInfo> Below(DirectoryInfo folder) =>
        folder.EnumerateFiles("*", Quietly).Concat(folder.EnumerateDirectories("*", Quietly).Where(IsSource).SelectMany(Below));

    // Words about a project are not what it is built of, nor is what a shell wrote into a file without an extension.
    private static bool IsSource(FileInfo file) => file.Extension.Length == 0
        ? file.Name.EndsWith("file", StringComparison.OrdinalIgnoreCase)
        : file.Name is not (MikConfiguration.FileName or "package-lock.json")
            && file.Extension is not (".lock" or ".md" or ".wasm" or ".log" or ".out" or ".err" or ".tmp");

    private static bool IsSource(DirectoryInfo folder) => !NotSources.Contains(folder.Name) && folder.Name[0] != '.' && folder.LinkTarget is null;
}
