using Mik.Cli.Output;
using Mik.Server.Modules;
using Mik.Server.Routing;

namespace Mik.Cli.Commands;

/// <summary>The PATHs of <c>mik run</c> → modules with names.</summary>
internal static class ComponentPaths
{
    private const string ComposedSuffix = "-composed";

    /// <summary>A file is a module; a folder with a mik.toml gives the *.wasm files of its modules/. No path is the current folder.</summary>
    /// <exception cref="CliException">Something cannot be served; every such thing is reported.</exception>
    public static IReadOnlyList<ModuleConfig> Expand(IReadOnlyList<string> paths)
    {
        var modules = new List<ModuleConfig>();
        var errors = new List<CliError>();
        foreach (var path in paths.Count == 0 ? ["."] : paths)
        {
            if (Directory.Exists(path))
            {
                AddFolder(path, isDefault: paths.Count == 0, modules, errors);
            }
            else if (File.Exists(path))
            {
                AddFile(path, modules, errors);
            }
            else
            {
                errors.Add(new CliError($"cannot serve {path}", "there is no such file or folder", "check the path; it is looked up from the current folder"));
            }
        }

        ReportDuplicates(modules, errors);
        return errors.Count == 0 ? modules : throw new CliException(ExitCode.Failed, errors);
    }

    /// <summary>The first folder among the paths, which is a project; null when files are named.</summary>
    public static string? ProjectFolder(IReadOnlyList<string> paths) => paths.Count == 0 ? "." : paths.FirstOrDefault(Directory.Exists);

    private static void AddFolder(string folder, bool isDefault, List<ModuleConfig> modules, List<CliError> errors)
    {
        if (!File.Exists(Path.Combine(folder, "mik.toml")))
        {
            errors.Add(isDefault
                ? new CliError("there is nothing to serve", "no component was named and the current folder has no mik.toml", "mik run path/to/component.wasm")
                : new CliError($"cannot serve the folder {folder}", "it has no mik.toml", $"name the component files themselves: mik run {Path.Combine(folder, "*.wasm")}"));
            return;
        }

        var modulesFolder = Path.Combine(folder, "modules");
        var files = Directory.Exists(modulesFolder) ? Directory.GetFiles(modulesFolder, "*.wasm") : [];
        if (files.Length == 0)
        {
            errors.Add(new CliError($"cannot serve the project {folder}", $"there is no component (*.wasm) in {modulesFolder}", "put a component there, or name its file: mik run path/to/component.wasm"));
            return;
        }

        Array.Sort(files, StringComparer.Ordinal);
        foreach (var file in files)
        {
            AddFile(file, modules, errors);
        }
    }

    private static void AddFile(string path, List<ModuleConfig> modules, List<CliError> errors)
    {
        var stem = Path.GetFileNameWithoutExtension(path);
        var name = stem.Length > ComposedSuffix.Length && stem.EndsWith(ComposedSuffix, StringComparison.Ordinal) ? stem[..^ComposedSuffix.Length] : stem;
        if (ModuleName.IsLegal(name))
        {
            modules.Add(new ModuleConfig(name, path));
        }
        else
        {
            errors.Add(new CliError($"cannot serve {path}", $"'{name}' cannot be a module's name: {ModuleName.Rule}", "rename the file"));
        }
    }

    private static void ReportDuplicates(List<ModuleConfig> modules, List<CliError> errors)
    {
        foreach (var group in modules.GroupBy(module => module.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            errors.Add(new CliError(
                $"two components would both be /run/{group.Key}/",
                string.Join(" and ", group.Select(module => module.Path)) + " have the same name",
                "rename one of the files"));
        }
    }
}
