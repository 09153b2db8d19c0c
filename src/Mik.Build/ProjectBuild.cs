using System.Reflection;
using Mik.Build.Outputs;
using Mik.Build.Toolchains;
using Mik.Components.Metadata;
using Mik.Configuration.Model;

namespace Mik.Build;

/// <summary>What a build shall do.</summary>
/// <param name="IsRelease">Whether it is optimised.</param>
/// <param name="OutputToErrors">Whether what the tools print goes to stderr.</param>
public readonly record struct BuildOptions(bool IsRelease, bool OutputToErrors)
{
    /// <summary>Whether types are checked where that is a step of its own.</summary>
    public bool SkipsCheck { get; init; }

    /// <summary>Whether debug information is left out of the component.</summary>
    public bool StripsDebugInformation { get; init; }

    /// <summary>Whether quick is better than final: the result is for this machine and this hour.</summary>
    public bool IsDevelopment { get; init; }
}

/// <summary>A component that was built.</summary>
/// <param name="Language">The language that its project was taken for.</param>
/// <param name="Source">The file that the toolchain wrote.</param>
/// <param name="Bytes">The component.</param>
/// <param name="DebugBytes">How much of what the toolchain wrote was debug information.</param>
public sealed record BuildResult(string Language, string Source, ReadOnlyMemory<byte> Bytes, long DebugBytes);

/// <summary><c>mik build</c>: finds a project's toolchain, runs it, and checks what it gave.</summary>
public static class ProjectBuild
{
    private static readonly string MikVersion =
        typeof(ProjectBuild).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Builds.</summary>
    /// <param name="project">The project.</param>
    /// <param name="options">How.</param>
    /// <param name="tell">Takes a line about each step.</param>
    /// <param name="cancellationToken">Stops it, and the tool that runs.</param>
    /// <exception cref="BuildException">It cannot be built.</exception>
    public static async Task<BuildResult> RunAsync(MikConfiguration project, BuildOptions options, Action<string> tell, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(tell);
        var source = await MakeAsync(project, options, tell, stay: null, cancellationToken);
        var (bytes, isMadeHere) = BuiltComponent.Read(source.Path);
        var debugBytes = DebugSections.Measure(bytes);
        if (options.StripsDebugInformation)
        {
            bytes = DebugSections.Strip(bytes);
        }

        return new BuildResult(source.Language, source.Path, isMadeHere || options.IsRelease ? Stamp(project, bytes) : bytes, debugBytes);
    }

    /// <summary>Runs the commands; gives the file that they wrote.</summary>
    /// <param name="project">The project.</param>
    /// <param name="options">How.</param>
    /// <param name="tell">Takes a line about each step.</param>
    /// <param name="stay">Runs a program that can stay between builds; null when there will be no other.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal static async Task<(string Language, string Path)> MakeAsync(
        MikConfiguration project, BuildOptions options, Action<string> tell, StayingTool? stay, CancellationToken cancellationToken)
    {
        var toolchain = project.BuildCommand is { } command ? Custom(command) : Find(project, tell);
        foreach (var tool in toolchain.Tools.Where(tool => !ToolRunner.IsThere(tool.Name)))
        {
            throw new BuildException(
                $"'{tool.Name}' is not installed", $"the project has a {toolchain.ProjectFile}, and {toolchain.Language} is built with it",
                tool.Install)
            { Code = "tool-missing" };
        }

        var files = new BuildFiles(project, toolchain.OutputFolders);
        Directory.CreateDirectory(Path.Combine(project.Folder, "dist"));
        var settings = new BuildSettings(project.Folder, project.Name, options.IsRelease, !options.SkipsCheck, options.IsDevelopment);
        foreach (var step in toolchain.Steps(settings).Where(step => !step.IsDone(project.Folder)))
        {
            tell(step.ToString());
            var exitCode = stay is not null && step.CanStay
                ? await stay.RunAsync(step, project.Folder, cancellationToken)
                : await RunAsync(step, project.Folder, options, stay, cancellationToken);
            if (exitCode != 0)
            {
                throw await FailedAsync(toolchain, step, exitCode, cancellationToken);
            }
        }

        if (project.BuildOutput is { } named && !File.Exists(named))
        {
            throw new BuildException(
                "the build gave no component", $"it wrote no {Path.GetRelativePath(project.Folder, named)}, which [build] output in mik.toml names",
                "correct [build] output, or what writes it")
            { Code = "build-no-output" };
        }

        return (toolchain.Language, project.BuildOutput ?? (toolchain.Output(settings) is { } known ? Path.GetFullPath(known, project.Folder) : files.Find()));
    }

    /// <summary>
    /// Checks the types of a project whose build in development leaves them out; gives what is wrong, nothing when there is nothing to check or all is right.
    /// </summary>
    /// <exception cref="BuildException">The tool cannot be started.</exception>
    public static Task<string> CheckAsync(MikConfiguration project, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(project);
        return JavaScriptProject.CheckOf(project.Folder) is { } step ? ToolRunner.ReadAsync(step, project.Folder, cancellationToken) : Task.FromResult("");
    }

    private static Task<int> RunAsync(BuildStep step, string folder, BuildOptions options, StayingTool? stay, CancellationToken cancellationToken)
    {
        // It may change what the one that stays was started with.
        stay?.End();
        return ToolRunner.RunAsync(step, folder, options.OutputToErrors, cancellationToken);
    }

    /// <summary>The source is at fault, or the tools are: a tiny build of theirs shows which.</summary>
    private static async Task<BuildException> FailedAsync(Toolchain toolchain, BuildStep step, int exitCode, CancellationToken cancellationToken)
    {
        var fault = toolchain.Probe is { } probe ? await probe.FindFaultAsync(cancellationToken) : null;
        return fault is null
            ? new BuildException($"'{step}' failed", $"it ended with {exitCode}; what it printed above says why") { Code = "build-failed" }
            : new BuildException(
                $"'{step}' failed", $"it ended with {exitCode}, and {toolchain.Probe!.Program} does not work here: {fault}",
                toolchain.Probe.Remedy)
            { Code = "build-failed" };
    }

    /// <summary>A component with the project's name and version, and mik among its producers.</summary>
    /// <param name="project">The project.</param>
    /// <param name="component">What mik made, or is to be given away.</param>
    public static byte[] Stamp(MikConfiguration project, ReadOnlySpan<byte> component)
    {
        ArgumentNullException.ThrowIfNull(project);
        return MetadataStamp.Write(component, project.Name, project.Version, ("mik", MikVersion));
    }

    private static Toolchain Find(MikConfiguration project, Action<string> tell)
    {
        var found = ToolchainTable.In(project.Folder);
        if (found.Count > 1)
        {
            tell(
                $"({found[0].ProjectFile} says how to build; {string.Join(", ", found.Skip(1).Select(other => other.ProjectFile))} is left alone. "
                    + $"[build] command in mik.toml decides otherwise)");
        }

        return found.Count > 0 ? found[0] : throw new BuildException(
            $"{project.Folder} cannot be built",
            $"it has none of {string.Join(", ", ToolchainTable.Rows.Select(row => row.ProjectFile))}",
            "[build] command = \"…\" and output = \"….wasm\" in mik.toml say how")
        { Code = "no-toolchain" };
    }

    private static Toolchain Custom(string command) => new("[build] command", MikConfiguration.FileName)
    {
        Steps = _ => [OperatingSystem.IsWindows() ? new BuildStep("cmd.exe", "/c", command) : new BuildStep("sh", "-c", command)],
        OutputFolders = ["dist", "target", "build", "out"],
    };
}
