using Mik.Components.Linking;
using Mik.Components.Metadata;
using Mik.Components.Model;

namespace Mik.Wasi.Http;

/// <summary>The worlds of components that answer HTTP: what they must have, and what they are given.</summary>
internal static class HttpWorlds
{
    /// <summary>What a middleware exports, and imports too.</summary>
    private const string Handler = AsyncHandler.InterfaceName;

    // Spin 4.0 has it; its functions and types are those of the release.
    private const string ReleaseCandidate = "0.3.0-rc-2026-03-15";

    // The newest first: of several exports the first is called.
    private static readonly (string Interface, Func<CompiledComponent, HandlerExport?> Bind)[] Kinds =
    [
        (AsyncHandler.InterfaceName, AsyncHandler.Bind),
        (IncomingHandler.InterfaceName, IncomingHandler.Bind),
        (CoreHandler.InterfaceName, CoreHandler.Bind),
    ];

    private static readonly Lazy<Linker> ForHandlers = new(CreateLinker);
    private static readonly Lazy<Linker> ForMiddleware = new(CreateMiddlewareLinker);

    /// <summary>What handlers are given.</summary>
    public static Linker Handlers => ForHandlers.Value;

    /// <summary>What a middleware is given: besides, what stands behind it.</summary>
    public static Linker Middleware => ForMiddleware.Value;

    /// <summary>Refuses a component that is not of the world.</summary>
    /// <exception cref="HttpComponentException">It is not.</exception>
    public static void Check(Component component, bool isMiddleware)
    {
        if (isMiddleware && MiddlewareFault(component) is { } fault)
        {
            throw new HttpComponentException(
                HttpComponentErrorKind.NotMiddleware,
                $"no middleware: {fault}. Build it for the world wasi:http/middleware, which imports and exports {Handler}@0.3.x.");
        }
        if (!component.Exports.Any(export => Array.Exists(Kinds, kind => kind.Interface == export.Name.Interface?.Path || kind.Interface == export.Name.Text)))
        {
            throw NoHandler(component);
        }
    }

    /// <summary>The handler of a component; null when its export has another name than is called.</summary>
    public static HandlerExport? HandlerOf(CompiledComponent compiled) =>
        Kinds.Select(kind => kind.Bind(compiled)).FirstOrDefault(handler => handler is not null);

    /// <summary>Says that a component has no handler.</summary>
    public static HttpComponentException NoHandler(Component component) => new(HttpComponentErrorKind.NoHandlerExport, NoHandlerMessage(component));

    // The import is there even in a middleware that never calls it.
    private static string? MiddlewareFault(Component component) =>
        !component.Exports.Any(export => export.Name.Interface?.Path == Handler) ? $"it does not export {Handler}@0.3.x"
        : !component.Imports.Any(import => import.Name.Interface?.Path == Handler) ? $"it does not import {Handler}@0.3.x"
        : null;

    /// <summary>A linker of one's own with what handlers are given.</summary>
    public static Linker CreateLinker()
    {
        var linker = new Linker();
        foreach (var type in WasiInterfaces.All)
        {
            linker.AddInterface(type, "0.2");
        }
        foreach (var type in WasiInterfaces.AllOf03)
        {
            linker.AddInterface(type, "0.3").AddInterface(type, ReleaseCandidate);
        }
        return linker.AddInterface(typeof(CoreClient), "0.1");
    }

    /// <summary>A linker of one's own with what a middleware is given.</summary>
    public static Linker CreateMiddlewareLinker() =>
        CreateLinker().AddInterface(WasiInterfaces.OfMiddleware, "0.3").AddInterface(WasiInterfaces.OfMiddleware, ReleaseCandidate);

    private static string NoHandlerMessage(Component component)
    {
        if (WitPackage.Of(component) is { } package)
        {
            return $"it is a WIT package, {package.Name}: types for building, no code.";
        }
        var exports = component.Exports.Select(export => export.Name.Text).ToArray();
        var what = exports.Length == 0 ? "it exports nothing" : $"it exports {string.Join(", ", exports)}";
        return $"no HTTP handler: {what}. "
            + $"Build it for a world that exports {Handler}@0.3.x, {IncomingHandler.InterfaceName}@0.2.x or {CoreHandler.InterfaceName}.";
    }
}
