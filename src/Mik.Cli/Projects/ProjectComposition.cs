using Mik.Build.Outputs;
using Mik.Cli.Output;
using Mik.Components.Composition;
using Mik.Components.Decoding;
using Mik.Components.Model;
using Mik.Configuration.Model;
using Mik.Packages;
using Mik.Packages.Install;
using Mik.Packages.Remote;
using Mik.Packages.Sessions;
using Mik.Wasi.Http;

namespace Mik.Cli.Projects;

/// <summary><c>mik build -c</c>: the component into the bridge, then the dependencies into that.</summary>
internal static class ProjectComposition
{
    /// <summary>Composes.</summary>
    /// <param name="project">The project.</param>
    /// <param name="component">What it built.</param>
    /// <param name="options">How a bridge of a registry is brought in.</param>
    /// <param name="terminal">Shows downloads.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="CliException">A part is missing, or they do not fit.</exception>
    public static async Task<byte[]> ComposeAsync(
        MikConfiguration project, CompositionPart component, SyncOptions options, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            var whole = BuiltComponent.NeedsBridge(component.Component)
                ? await IntoBridgeAsync(project, component, options, terminal, cancellationToken) : component;
            var (bytes, _) = Plug.IntoEachOther(whole, [.. Dependencies(project)]);
            CheckOpenImports(project, Component.Load(bytes));
            return bytes;
        }
        catch (CompositionException exception)
        {
            throw new CliException(
                ExitCode.Failed,
                new CliError(
                    "the components do not fit together", exception.Message,
                    "mik inspect shows what a component imports and exports")
                { Code = "composition-failed" });
        }
    }

    /// <summary>What is open now must come from the host.</summary>
    private static void CheckOpenImports(MikConfiguration project, Component component)
    {
        var open = HttpComponent.FindOpenImports(component);
        if (open.Count > 0)
        {
            var missing = project.Dependencies.Where(
                dependency => !File.Exists(Installed(project, dependency))).Select(dependency => dependency.Name).ToArray();
            throw new CliException(ExitCode.Failed, new CliError(
                "the composed component could not be served",
                $"no dependency exports, and mik does not have: "
                    + $"{string.Join(", ", open.Select(problem => problem.Import.Split('#')[0]).Distinct(StringComparer.Ordinal))}",
                missing.Length > 0
                    ? $"mik sync ({string.Join(", ", missing)} {(missing.Length == 1 ? "is" : "are")} not installed)"
                    : "mik add a dependency that exports it")
            { Code = "open-imports" });
        }
    }

    private static async Task<CompositionPart> IntoBridgeAsync(
        MikConfiguration project, CompositionPart component, SyncOptions options, Terminal terminal, CancellationToken cancellationToken)
    {
        if (!project.HttpHandler)
        {
            throw new CliException(ExitCode.Failed, new CliError(
                $"{component.Name} cannot be composed into an HTTP component",
                "it exports mik:core/handler, which needs the HTTP bridge, and mik.toml does not ask for one",
                "[composition] http_handler = true")
            { Code = "bridge-missing" });
        }

        var bridge = await BridgeAsync(project, options, terminal, cancellationToken);
        return new CompositionPart($"{component.Name} with its bridge", Plug.Into(bridge, component));
    }

    private static async Task<CompositionPart> BridgeAsync(
        MikConfiguration project, SyncOptions options, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            using var progress = new DownloadProgress(terminal);
            using var session = PackageSession.FromEnvironment(progress);
            var (name, bytes) = await new ProjectPackages(session, project).BridgeAsync(options, cancellationToken);
            return new CompositionPart(name, bytes);
        }
        catch (PackageException exception)
        {
            throw new CliException(ExitCode.Failed, PackageErrors.ToError(exception));
        }
    }

    private static IEnumerable<CompositionPart> Dependencies(MikConfiguration project) =>
        from dependency in project.Dependencies
        let file = new FileInfo(Installed(project, dependency))
        where file.Exists
        select ComponentFile.Read(file);

    private static string Installed(MikConfiguration project, Dependency dependency) =>
        dependency.Source is PathSource { FullPath: var path } && File.Exists(path)
            ? path
            : Path.Combine(project.Server.Modules, dependency.Name.Split('/')[^1] + ".wasm");
}
