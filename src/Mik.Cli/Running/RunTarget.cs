using Mik.Cli.Output;
using Mik.Cli.Packages;
using Mik.Cli.Projects;
using Mik.Configuration.Model;
using Mik.Configuration.Reading;
using Mik.Packages.Oci;
using Mik.Server.Options;
using Mik.Server.Paths;

namespace Mik.Cli.Running;

/// <summary>What <c>mik run</c> serves.</summary>
/// <param name="Project">The project whose settings hold; null is the defaults.</param>
/// <param name="IsProject">Whether the project itself is served, with its folders; else only <paramref name="Modules"/>.</param>
/// <param name="Modules">Components that are served one by one.</param>
internal sealed record RunTarget(MikConfiguration? Project, bool IsProject, IReadOnlyList<ModuleConfig> Modules)
{
    // A folder may have any number of files.
    private const int MostCompared = 1000;

    /// <summary>The tables <c>[modules.NAME]</c> that hold for what is served, and for the middlewares before it.</summary>
    public IReadOnlyDictionary<string, ModuleSection> ModuleSettings { get; } =
        Project is null ? new Dictionary<string, ModuleSection>() : IsProject ? Project.Modules : ProjectMiddleware.TablesOf(Project, Modules);

    /// <summary>Finds it: files are modules, a folder is a project, nothing is the project of the current folder.</summary>
    /// <exception cref="CliException">Something cannot be served; every such thing is reported.</exception>
    public static RunTarget Find(
        IReadOnlyList<string> paths, FileInfo? config, Terminal terminal, FetchedModules fetched, bool isDeveloped = false)
    {
        if (paths.Count == 0)
        {
            var project = ProjectFile.Find(config, terminal)
                ?? throw new CliException(
                    ExitCode.Failed,
                    new CliError(
                        "there is nothing to serve",
                        $"no component was named, and neither the current folder nor one above it has a {MikConfiguration.FileName}",
                        "mik run path/to/component.wasm")
                    { Code = "nothing-to-serve" });
            return Of(project, terminal, isDeveloped);
        }

        if (paths is [var only] && config is null && Directory.Exists(only))
        {
            var errors = new List<CliError>();
            var file = FileIn(only, errors);
            return errors.Count == 0 ? Of(ProjectFile.Load(file, terminal), terminal, isDeveloped) : throw new CliException(ExitCode.Failed, errors);
        }

        return Named(paths, config, terminal, fetched);
    }

    private static RunTarget Of(MikConfiguration project, Terminal terminal, bool isDeveloped)
    {
        ProjectFile.RequireFolders(project);
        var built = ProjectModules.Built(project, isDeveloped);
        CliError?[] remarks = [ProjectRemarks.MissingDependencies(project), built is null || isDeveloped ? null : ProjectRemarks.StaleBuild(project, built)];
        foreach (var remark in remarks.OfType<CliError>().Concat(ProjectRemarks.UnusedSettings(project, [])))
        {
            terminal.Warning(remark);
        }

        var server = project.Server;
        return built is not null || ProjectModules.HasModules(project) || server is not { UserModules: null, Scripts: null, Static: null }
            ? new RunTarget(project, IsProject: true, built is null ? [] : [built])
            : throw new CliException(ExitCode.Failed, new CliError(
                $"cannot serve the project {project.Folder}",
                $"there is no component (*.wasm) in {server.Modules}, and none was built",
                "mik build, or name a component's file: mik run path/to/component.wasm")
            { Code = "nothing-to-serve" });
    }

    private static RunTarget Named(IReadOnlyList<string> paths, FileInfo? config, Terminal terminal, FetchedModules fetched)
    {
        var modules = new List<ModuleConfig>();
        var errors = new List<CliError>();
        var settings = ProjectFile.Find(config, terminal);
        foreach (var path in paths)
        {
            if (fetched.Find(path) is { } module)
            {
                Add(module.Name, module.Path, path, modules, errors);
            }
            else if (Directory.Exists(path))
            {
                AddProject(path, settings, terminal, modules, errors);
            }
            else if (File.Exists(path))
            {
                AddFile(path, modules, errors);
            }
            else
            {
                errors.Add(
                    new CliError(
                        $"cannot serve {path}", "there is no such file or folder",
                        IsReference(path) ? $"mik run {OciReference.Scheme}{path} fetches it from its registry"
                        : path.Contains("://", StringComparison.Ordinal) ? "download it, and name the file"
                        : NearestFile(path) is { } near ? $"did you mean {near}?"
                        : "check the path; it is looked up from the current folder")
                    { Code = "file-not-found" });
            }
        }

        ReportDuplicates(modules, errors);
        if (errors.Count > 0)
        {
            throw new CliException(ExitCode.Failed, errors);
        }

        if (settings is not null)
        {
            foreach (var remark in ProjectRemarks.UnusedSettings(settings, modules))
            {
                terminal.Warning(remark);
            }

            string[] middlewares = [.. ProjectMiddleware.Names(settings, ProjectMiddleware.TablesOf(settings, modules))];
            if (modules.Count > 0 && modules.TrueForAll(module => middlewares.Contains(module.Name, StringComparer.Ordinal)))
            {
                throw new CliException(ExitCode.Failed, new CliError(
                    $"there is nothing to serve but {string.Join(", ", middlewares)}", $"{settings.File} names it as a middleware, which is no route",
                    "name what it stands before as well, or nothing: mik run")
                { Code = "nothing-to-serve" });
            }

            if (ProjectModules.Built(settings) is { } built && middlewares.Contains(built.Name, StringComparer.Ordinal)
                && !modules.Exists(module => module.Name == built.Name))
            {
                modules.Add(built);
            }
        }

        return new RunTarget(settings, IsProject: false, modules);
    }

    private static string? NearestFile(string path)
    {
        try
        {
            var folder = Path.GetDirectoryName(path) ?? "";
            var names = Directory.EnumerateFileSystemEntries(folder.Length == 0 ? "." : folder).Take(MostCompared).Select(entry => Path.GetFileName(entry));
            return NearestName.Of(Path.GetFileName(path), names.Where(name => !name.StartsWith('.'))) is { } near ? Path.Combine(folder, near) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static void AddProject(
        string folder, MikConfiguration? settings, Terminal terminal, List<ModuleConfig> modules, List<CliError> errors)
    {
        if (FileIn(folder, errors) is not { Length: > 0 } file)
        {
            return;
        }

        var project = ProjectFile.Load(file, terminal);
        if (settings?.File != project.File && ProjectMiddleware.Names(project, project.Modules).Any())
        {
            errors.Add(new CliError(
                $"cannot serve {folder} beside others",
                $"its {MikConfiguration.FileName} puts middlewares before its modules, and its settings hold only when it is served alone",
                $"mik run {folder}, or --config {Path.Combine(folder, MikConfiguration.FileName)}, whose settings then hold for all")
            { Code = "middleware-of-another" });
            return;
        }

        if (ProjectModules.Built(project) is { } built)
        {
            modules.Add(built);
        }

        var files = Directory.Exists(project.Server.Modules) ? Directory.GetFiles(project.Server.Modules, "*.wasm") : [project.Server.Modules];
        foreach (var module in files.Order(StringComparer.Ordinal).Where(File.Exists))
        {
            AddFile(module, modules, errors);
        }
    }

    /// <summary>The mik.toml of a folder. Without one it is empty, and an error.</summary>
    private static string FileIn(string folder, List<CliError> errors)
    {
        var file = Path.Combine(folder, MikConfiguration.FileName);
        if (File.Exists(file))
        {
            return file;
        }

        errors.Add(
            new CliError(
                $"cannot serve the folder {folder}", $"it has no {MikConfiguration.FileName}",
                $"name the component files themselves: mik run {Path.Combine(folder, "*.wasm")}")
            { Code = "no-project" });
        return "";
    }

    private static void AddFile(string path, List<ModuleConfig> modules, List<CliError> errors)
    {
        Add(ModuleName.OfFile(path).ToString(), path, path, modules, errors);
    }

    private static void Add(string name, string file, string shown, List<ModuleConfig> modules, List<CliError> errors)
    {
        if (ModuleName.IsLegal(name))
        {
            modules.Add(new ModuleConfig(name, file));
        }
        else
        {
            errors.Add(
                new CliError(
                    $"cannot serve {shown}", $"'{name}' cannot be a module's name: {ModuleName.Rule}",
                    file == shown ? "rename the file" : "mik add it to a project under another --name")
                { Code = "invalid-module-name" });
        }
    }

    /// <summary>Whether a word that is no file looks like a component of a registry: a host, a repository and a version.</summary>
    private static bool IsReference(string text)
    {
        try
        {
            var reference = OciReference.Parse(text);
            return (reference.Tag ?? reference.Digest?.ToString()) is not null || text.StartsWith(reference.Registry + "/", StringComparison.Ordinal);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static void ReportDuplicates(List<ModuleConfig> modules, List<CliError> errors)
    {
        foreach (var group in modules.GroupBy(module => module.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            errors.Add(new CliError(
                $"two components would both be /run/{group.Key}/",
                string.Join(" and ", group.Select(module => module.Path)) + " have the same name",
                "rename one of the files")
            { Code = "duplicate-module-name" });
        }
    }
}
