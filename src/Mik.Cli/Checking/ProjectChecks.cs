using System.Net;
using System.Net.Sockets;
using Mik.Cli.Output;
using Mik.Cli.Projects;
using Mik.Components.Decoding;
using Mik.Components.Model;
using Mik.Configuration.Model;
using Mik.Configuration.Reading;
using Mik.Packages.Lock;
using Mik.Packages.Remote;

namespace Mik.Cli.Checking;

/// <summary>Whether the project can be served.</summary>
internal static class ProjectChecks
{
    /// <summary>All checks.</summary>
    public static (MikConfiguration? Project, IReadOnlyList<Finding> Findings) Run(FileInfo? config)
    {
        if ((config?.FullName ?? MikConfiguration.Find(Environment.CurrentDirectory)) is not { } file)
        {
            return (null, [new("project", Health.Missing, "there is no mik.toml here or above", "mik new NAME makes a project"), Port(null)]);
        }

        try
        {
            var result = MikConfiguration.Load(file);
            var problems = result.Problems.Select(
                problem => new Finding("project", problem.IsError ? Health.Wrong : Health.Missing, ProjectFile.ToError(problem).What));
            return (result.Configuration, [.. problems, .. result.Configuration is { } project ? Of(project) : [], Port(result.Configuration)]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, [new("project", Health.Wrong, $"{file} cannot be read: {exception.Message}")]);
        }
    }

    private static IEnumerable<Finding> Of(MikConfiguration project) =>
    [
        new("project", Health.Fine, $"{project.Name} {project.Version} in {project.Folder}"),
        .. project.MissingFolders().Select(problem => new Finding("project", Health.Wrong, ProjectFile.ToError(problem).What)),
        Modules(project),
        ProjectRemarks.MissingDependencies(project) is { } missing
            ? Of("dependencies", missing) : new("dependencies", Health.Fine, $"{project.Dependencies.Count} declared, all are installed"),
        .. ProjectRemarks.UnusedSettings(project, []).Select(remark => Of("modules", remark)),
        Lock(project),
        Build(project),
        .. ProjectModules.In(project).Select(module => Component(module.Path)),
    ];

    private static Finding Of(string what, CliError remark) => new(what, Health.Missing, $"{remark.What}: {remark.Why}", remark.Next);

    private static Finding Modules(MikConfiguration project)
    {
        var folder = project.Server.Modules;
        return Path.Exists(folder)
            ? new("modules", Health.Fine, folder)
            : new("modules", Health.Missing, $"{folder} is not there yet; builds and mik sync make it", "mkdir, or mik doctor --fix")
            {
                Mend = _ =>
                {
                    Directory.CreateDirectory(folder);
                    return Task.FromResult($"made {folder}");
                },
            };
    }

    private static Finding Lock(MikConfiguration project)
    {
        try
        {
            var packages = LockFile.Load(project.Folder).Packages.Count;
            return new("mik.lock", Health.Fine, $"{packages} packages are locked");
        }
        catch (PackageException exception)
        {
            return new("mik.lock", Health.Wrong, $"{exception.Message}: {exception.Why}", exception.Next);
        }
    }

    private static Finding Build(MikConfiguration project) => ProjectModules.Built(project) is not { } built
        ? new("build", Health.Missing, "nothing was built, or it is among the modules", "mik build")
        : ProjectRemarks.StaleBuild(project, built) is { } stale ? Of("build", stale) : Component(built.Path);

    private static Finding Component(string path)
    {
        var name = Path.GetFileName(path);
        try
        {
            var component = ComponentLoading.Load(ComponentLoading.ReadFile(path));
            return new("component", Health.Fine, $"{name} is valid: {component.Imports.Count} imports, {component.Exports.Count} exports");
        }
        catch (Exception exception) when (exception is InvalidComponentException or IOException or UnauthorizedAccessException)
        {
            return new("component", Health.Wrong, $"{name}: {exception.Message}", "build or copy it again");
        }
    }

    private static Finding Port(MikConfiguration? project)
    {
        var port = project?.Server.Port ?? ServerSection.DefaultPort;
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return new("port", Health.Fine, $"{port} is free");
        }
        catch (SocketException exception)
        {
            return new("port", Health.Missing, $"{port} cannot be had: {exception.Message}", "mik run --port 0 takes a free one");
        }
    }
}
