using Mik.Build.Outputs;
using Mik.Cli.Commands;
using Mik.Cli.Output;
using Mik.Components.Composition;
using Mik.Configuration.Model;

namespace Mik.Cli.Projects;

/// <summary><c>mik build -c</c>: the component into the bridge, then the dependencies into that.</summary>
internal static class ProjectComposition
{
    /// <summary>Composes.</summary>
    /// <exception cref="CliException">A part is missing, or they do not fit.</exception>
    public static byte[] Compose(MikConfiguration project, CompositionPart component)
    {
        try
        {
            var whole = BuiltComponent.NeedsBridge(component.Component) ? IntoBridge(project, component) : component;
            var plugs = Dependencies(project).Where(plug => Plug.Match(whole, plug).Count > 0).ToArray();
            return plugs.Length == 0 ? whole.Bytes.ToArray() : Plug.Into(whole, plugs);
        }
        catch (CompositionException exception)
        {
            throw new CliException(ExitCode.Failed, new CliError("the components do not fit together", exception.Message, "mik inspect shows what a component imports and exports"));
        }
    }

    private static CompositionPart IntoBridge(MikConfiguration project, CompositionPart component)
    {
        if (!project.HttpHandler)
        {
            throw new CliException(ExitCode.Failed, new CliError(
                $"{component.Name} cannot be composed into an HTTP component",
                "it exports mik:core/handler, which needs the HTTP bridge, and mik.toml does not ask for one",
                "[composition] http_handler = true"));
        }

        var bridge = ComponentFile.Read(new FileInfo(BridgeFile(project)));
        return new CompositionPart($"{component.Name} with its bridge", Plug.Into(bridge, component));
    }

    private static string BridgeFile(MikConfiguration project)
    {
        var path = Path.GetFullPath(project.Bridge, project.Folder);
        return File.Exists(path) ? path : throw new CliException(ExitCode.Failed, new CliError(
            $"there is no bridge {project.Bridge}",
            $"composition.bridge names no file: {path}",
            "[composition] bridge = \"path/to/bridge.wasm\""));
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
