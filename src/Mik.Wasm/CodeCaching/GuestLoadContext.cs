using System.Reflection;
using System.Runtime.Loader;
using Mik.Wasm.Execution;
using Mik.Wasm.Translation;

namespace Mik.Wasm.CodeCaching;

/// <summary>
/// Loads saved assemblies. Machine code runs only in a context that never unloads; other code unloads with its last user, as code
/// in memory does. The engine's own assemblies come from the default context.
/// </summary>
internal static class GuestLoadContext
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Type[]> Native = new(StringComparer.Ordinal);

    /// <summary>The classes of an assembly, the functions' in order.</summary>
    /// <exception cref="BadImageFormatException">It is no assembly.</exception>
    public static Type[] Load(FoundCode code)
    {
        var count = code.Manifest.ClassCount;
        if (code.Bytes is not null)
        {
            CollectibleCode.Make();
            using var stream = new MemoryStream(code.Bytes);
            return ClassesOf(new AssemblyLoadContext(EmissionTarget.AssemblyName, isCollectible: true).LoadFromStream(stream), count);
        }
        lock (Gate)
        {
            if (!Native.TryGetValue(code.Path, out var classes))
            {
                Native[code.Path] = classes = ClassesOf(new AssemblyLoadContext(EmissionTarget.AssemblyName).LoadFromAssemblyPath(code.Path), count);
            }
            return classes;
        }
    }

    private static Type[] ClassesOf(Assembly assembly, int count) =>
        [.. Enumerable.Range(0, count).Select(number => assembly.GetType(EmissionTarget.ClassName(number), throwOnError: true)!)];
}
