using System.Diagnostics;
using Mik.Wasi.Http;

namespace Mik.Server.Modules;

/// <summary>File → <see cref="ModuleModel"/>.</summary>
internal static class ModuleLoader
{
    /// <summary>Reads, compiles and links a module's component. Blocks; needs a deep stack.</summary>
    /// <exception cref="ModuleLoadException">The file cannot be read or is not a component that can be served.</exception>
    public static ModuleModel Load(ModuleConfig module)
    {
        var started = Stopwatch.GetTimestamp();
        var bytes = Read(module);
        try
        {
            var component = HttpComponent.Load(bytes, module.Name);
            return new ModuleModel(component.Handle, component.SizeBytes, Stopwatch.GetElapsedTime(started));
        }
        catch (HttpComponentException exception)
        {
            throw new ModuleLoadException(module, exception.Message, RemedyFor(exception.Kind), exception);
        }
    }

    private static string? RemedyFor(HttpComponentErrorKind kind) => kind switch
    {
        HttpComponentErrorKind.NotWebAssembly => "name a component file, such as one that a build for wasm32-wasip2 gives",
        HttpComponentErrorKind.Invalid => "build the component again, or copy the whole file again",
        HttpComponentErrorKind.UnsatisfiedImports => "build it without these imports, or compose it with a component that exports them",

        // Their messages say it.
        _ => null,
    };

    private static byte[] Read(ModuleConfig module)
    {
        try
        {
            return File.ReadAllBytes(module.Path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModuleLoadException(module, "there is no such file", inner: exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModuleLoadException(module, "the file cannot be read: " + exception.Message, inner: exception);
        }
    }
}
