using System.IO.Compression;
using Mik.Components.Decoding;
using Mik.Components.Model;
using Mik.Fuzz.Modules;
using Mik.Testing;

namespace Mik.Fuzz;

/// <summary>Valid modules and components to damage: those of this repository, or of folders and archives that are named.</summary>
internal static class Corpus
{
    // Larger ones take long, and one changed byte says little of them.
    private const int LargestFile = 20_000;

    /// <summary>Core modules: of the kernels, inside the guests, and some random ones.</summary>
    public static IReadOnlyList<byte[]> Modules(IEnumerable<string> paths) => [
        .. Read([RepositoryRoot.Combine("bench", "kernels", "wasm"), .. paths]).Where(bytes => !IsComponent(bytes)),
        .. Components(paths).SelectMany(ModulesInside).Where(bytes => bytes.Length <= LargestFile),
        .. Enumerable.Range(1, 20).Select(seed => ModuleGenerator.Generate((ulong)seed).Bytes),
    ];

    /// <summary>Components: the guests.</summary>
    public static IReadOnlyList<byte[]> Components(IEnumerable<string> paths) =>
        [.. Read([RepositoryRoot.Combine("guests", "parts"), RepositoryRoot.Combine("guests", "noreply"), RepositoryRoot.Combine("guests", "hostile"),
            RepositoryRoot.Combine("guests", "hello"), RepositoryRoot.Combine("guests", "p3"), .. paths]).Where(IsComponent)];

    /// <summary>Components of WASI 0.3 that are handlers: the guests.</summary>
    public static IReadOnlyList<byte[]> Handlers(IEnumerable<string> paths) =>
        [.. Read([RepositoryRoot.Combine("guests", "p3"), .. paths]).Where(IsComponent)];

    /// <summary>Whether the preamble is a component's.</summary>
    public static bool IsComponent(byte[] bytes) => bytes.Length > 8 && bytes[6] == 1;

    private static IEnumerable<byte[]> ModulesInside(byte[] component)
    {
        try
        {
            return [.. Component.Load(component).CoreModules.Select(module => module.Bytes.ToArray())];
        }
        catch (InvalidComponentException)
        {
            return [];
        }
    }

    private static IEnumerable<byte[]> Read(IEnumerable<string> paths) => paths.SelectMany(path => Path.GetExtension(path) == ".zip"
        ? ReadArchive(path)
        : Directory.EnumerateFiles(path, "*.wasm").Order(StringComparer.Ordinal).Where(
            file => new FileInfo(file).Length <= LargestFile).Select(File.ReadAllBytes));

    private static byte[][] ReadArchive(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        return [.. archive.Entries.Where(entry => entry.Name.EndsWith(".wasm", StringComparison.Ordinal) && entry.Length <= LargestFile).Select(entry =>
        {
            var bytes = new byte[entry.Length];
            using var content = entry.Open();
            content.ReadExactly(bytes);
            return bytes;
        })];
    }
}
