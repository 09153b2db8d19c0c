using Mik.Build.Toolchains;
using Mik.Components.Composition;
using Mik.Components.Decoding;
using Mik.Components.Model;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Build.Outputs;

/// <summary>What a toolchain gave → a component with a handler, or an explanation of how to get one.</summary>
internal static class BuiltComponent
{
    private const string IncomingHandler = "wasi:http/incoming-handler@0.2.";
    private const string Handler = "wasi:http/handler@0.3.";
    private const string CoreHandler = "mik:core/handler@0.1.0";

    /// <summary>The bytes of a component with a handler, and whether mik made it, of a core module.</summary>
    /// <exception cref="BuildException">The file holds none.</exception>
    public static (byte[] Bytes, bool IsMadeHere) Read(string path)
    {
        var bytes = ReadBytes(path);
        if (bytes.AsSpan().StartsWith("\0asm\u0001\0\0\0"u8))
        {
            return (OfCoreModule(path, bytes), true);
        }

        var component = Load(path, bytes);
        return IsHandler(component)
            ? (bytes, false)
            : throw new BuildException(
                $"{path} handles no requests",
                $"it exports {(component.Exports.Count == 0 ? "nothing" : string.Join(", ", component.Exports.Select(export => export.Name.Text)))}",
                $"export {Handler}x, {IncomingHandler}x or {CoreHandler} from it")
            { Code = "no-handler" };
    }

    /// <summary>Whether a component handles requests with the bridge only.</summary>
    public static bool NeedsBridge(Component component) =>
        component.Exports.Any(export => export.Name.Text == CoreHandler)
        && !component.Exports.Any(export => IsHttp(export.Name.Text));

    private static bool IsHandler(Component component) => component.Exports.Any(export => export.Name.Text == CoreHandler || IsHttp(export.Name.Text));

    private static bool IsHttp(string name) => name.StartsWith(IncomingHandler, StringComparison.Ordinal) || name.StartsWith(Handler, StringComparison.Ordinal);

    private static byte[] OfCoreModule(string path, byte[] bytes)
    {
        try
        {
            var module = WasmModule.Load(bytes);
            return CoreHandlerComponent.IsHandler(module)
                ? CoreHandlerComponent.Encode(module)
                : throw new BuildException(
                    $"{path} is a core module, not a component",
                    $"it does not export {CoreHandler}#handle either, of which mik makes a component itself",
                    "build for wasm32-wasip2, or make a component of it with: wasm-tools component new")
                { Code = "core-module" };
        }
        catch (InvalidModuleException exception)
        {
            throw new BuildException($"{path} is no valid WebAssembly", exception.Message) { Code = "component-invalid" };
        }
        catch (CompositionException exception)
        {
            throw new BuildException($"{path} cannot become a component", exception.Message) { Code = "composition-failed" };
        }
    }

    private static Component Load(string path, byte[] bytes)
    {
        try
        {
            return Component.Load(bytes);
        }
        catch (InvalidComponentException exception)
        {
            throw new BuildException($"{path} is no valid component", exception.Message) { Code = "component-invalid" };
        }
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            return Component.ReadFile(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BuildException($"cannot read {path}", exception.Message) { Code = "file-unreadable" };
        }
    }
}
