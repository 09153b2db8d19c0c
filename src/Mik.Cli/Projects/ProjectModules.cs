using Mik.Build;
using Mik.Configuration.Model;
using Mik.Server.Options;
using Mik.Server.Paths;

namespace Mik.Cli.Projects;

/// <summary>What a project has to serve.</summary>
internal static class ProjectModules
{
    /// <summary>Folder of what <c>mik build</c> writes.</summary>
    public const string OutputFolder = "dist";

    /// <summary>What the component that was composed last is called.</summary>
    public const string ComposedSuffix = "-composed";

    /// <summary>The component that the project built, when its modules have none of that name; null when there is none.</summary>
    /// <param name="project">The project.</param>
    /// <param name="isDeveloped">Whether it is what <c>mik dev</c> made.</param>
    public static ModuleConfig? Built(MikConfiguration project, bool isDeveloped = false)
    {
        if (IsInstalled(project))
        {
            return null;
        }

        if (isDeveloped && DevelopmentBuild.FileOf(project) is var developed && File.Exists(developed))
        {
            return new ModuleConfig(project.Name, developed);
        }

        var plain = new FileInfo(Path.Combine(project.Folder, OutputFolder, $"{project.Name}.wasm"));
        var composed = new FileInfo(Path.Combine(project.Folder, OutputFolder, $"{project.Name}{ComposedSuffix}.wasm"));
        var built = composed.Exists && (!plain.Exists || composed.LastWriteTimeUtc >= plain.LastWriteTimeUtc) ? composed : plain;
        return built.Exists ? new ModuleConfig(project.Name, built.FullName) : null;
    }

    /// <summary>The components of the modules folder, or the one that it is.</summary>
    public static IEnumerable<ModuleConfig> In(MikConfiguration project) =>
        (Directory.Exists(project.Server.Modules) ? Directory.GetFiles(project.Server.Modules, "*.wasm") : [project.Server.Modules])
        .Where(File.Exists).Order(StringComparer.Ordinal).Select(path => new ModuleConfig(ModuleName.OfFile(path).ToString(), path));

    /// <summary>Whether the modules folder has a component, or is one.</summary>
    public static bool HasModules(MikConfiguration project) =>
        File.Exists(project.Server.Modules)
        || (Directory.Exists(project.Server.Modules) && Directory.EnumerateFiles(project.Server.Modules, "*.wasm").Any());

    private static bool IsInstalled(MikConfiguration project)
    {
        var modules = project.Server.Modules;
        return File.Exists(modules)
            || File.Exists(Path.Combine(modules, $"{project.Name}.wasm"))
            || File.Exists(Path.Combine(modules, $"{project.Name}{ComposedSuffix}.wasm"));
    }
}
