using System.Diagnostics;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Mik.Components.Linking;
using Mik.Server.Options;
using Mik.Server.Paths;
using Mik.Server.Problems;
using Mik.Wasi.Http;

namespace Mik.Server.Modules;

/// <summary>File → <see cref="ModuleModel"/>, within the options' limits of size.</summary>
internal sealed class ModuleLoader(MikServerOptions options)
{
    /// <summary>Reads, compiles and links a module's component. Blocks; needs a deep stack.</summary>
    /// <exception cref="ModuleLoadException">The file cannot be read or is not a component that can be served.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled.</exception>
    public ModuleModel Load(ModuleConfig module, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var bytes = Read(module);
        try
        {
            var component = module.IsMiddleware
                ? HttpComponent.LoadMiddleware(
                    bytes, module.Name, options.MaxModuleFunctions, options.CodeCache, options.Profile, cancellationToken: cancellationToken)
                : HttpComponent.Load(bytes, module.Name, options.MaxModuleFunctions, options.CodeCache, options.Profile, cancellationToken: cancellationToken);
            return new ModuleModel(
                component.Handle, component.SizeBytes, Stopwatch.GetElapsedTime(started), component.Begin, component.Release, component.MayBeShared,
                () => component.ImageBytes, component.WhenGrown);
        }
        catch (HttpComponentException exception)
        {
            var message = LacksOnlyWhatStandsBehind(exception)
                ? "it is a middleware, which imports the handler that it stands before, and no list of middlewares names it" : exception.Message;
            throw new ModuleLoadException(module, message, RemedyFor(exception), exception)
            {
                Code = CodeOf(exception.Kind),
                IsLibrary = exception.Kind == HttpComponentErrorKind.NoHandlerExport || LacksOnlyWhatStandsBehind(exception),
            };
        }
    }

    private static string CodeOf(HttpComponentErrorKind kind) => kind switch
    {
        HttpComponentErrorKind.NotWebAssembly => "not-webassembly",
        HttpComponentErrorKind.CoreModule => "core-module",
        HttpComponentErrorKind.TooLarge => "component-too-large",
        HttpComponentErrorKind.UnsatisfiedImports => "unknown-imports",
        HttpComponentErrorKind.NoHandlerExport => "no-handler",
        HttpComponentErrorKind.NotMiddleware => "not-middleware",
        _ => "component-invalid",
    };

    private static string? RemedyFor(HttpComponentException exception) => exception.Kind switch
    {
        HttpComponentErrorKind.UnsatisfiedImports when LacksOnlyWhatStandsBehind(exception) =>
            "name it in [server] middleware of mik.toml, or give it a handler: mik compose MIDDLEWARE.wasm --plug HANDLER.wasm -o APP.wasm",
        HttpComponentErrorKind.NotWebAssembly => "name a component's file: mik build writes one into dist/",
        HttpComponentErrorKind.Invalid => "build the component again, or copy the whole file again",
        HttpComponentErrorKind.TooLarge => "build it smaller: optimised for size, with fewer dependencies",
        HttpComponentErrorKind.UnsatisfiedImports => "build it without these imports, or compose it with a component that exports them",

        // Their messages say it.
        _ => null,
    };

    private static bool LacksOnlyWhatStandsBehind(HttpComponentException exception) =>
        exception.InnerException is ComponentLinkException link
        && link.Problems.All(problem => problem.Import.StartsWith("wasi:http/handler@0.3.", StringComparison.Ordinal));

    private byte[] Read(ModuleConfig module)
    {
        try
        {
            // What has no bytes may be a pipe, of which opening has no end.
            if (new FileInfo(module.Path) is { Exists: true, Length: 0 })
            {
                return [];
            }

            using var file = File.OpenHandle(module.Path);
            if (module.Within is { } folder && RealPath.Inside(folder, PathOf(file) ?? module.Path) is null)
            {
                throw ModuleLoadException.NotThere(module);
            }

            var length = RandomAccess.GetLength(file);
            if (length > options.MaxModuleBytes)
            {
                throw new ModuleLoadException(
                    module, string.Create(CultureInfo.InvariantCulture, $"the file has {length} bytes, above the limit of {options.MaxModuleBytes}"),
                    "build it smaller: without debug information, optimised for size")
                { Code = "component-too-large" };
            }

            return ReadWhole(module, file, (int)length);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw ModuleLoadException.NotThere(module, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && !Shortage.Is(exception))
        {
            throw new ModuleLoadException(module, "the file cannot be read: " + exception.Message, inner: exception) { IsVerdict = false };
        }
    }

    // The file that was opened, whatever its name leads to now.
    private static string? PathOf(SafeFileHandle file) =>
        OperatingSystem.IsLinux() ? new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.DangerousGetHandle()}")).LinkTarget : null;

    private static byte[] ReadWhole(ModuleConfig module, SafeFileHandle file, int length)
    {
        var bytes = new byte[length];
        for (var done = 0; done < length;)
        {
            var read = RandomAccess.Read(file, bytes.AsSpan(done), done);
            done += read > 0
                ? read : throw new ModuleLoadException(module, "the file became shorter while it was read", "copy the whole file again") { IsVerdict = false };
        }

        return bytes;
    }
}
