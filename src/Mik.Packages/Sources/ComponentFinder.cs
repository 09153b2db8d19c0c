using Mik.Configuration.Model;
using Mik.Configuration.Reading;
using Mik.Packages.Remote;

namespace Mik.Packages.Sources;

/// <summary>
/// Finds the component of a project: what its mik.toml builds (<c>build.output</c>, <c>dist/&lt;name&gt;-composed.wasm</c>,
/// <c>dist/&lt;name&gt;.wasm</c>), else the file that is named like the dependency, else the only component that there is.
/// </summary>
internal static class ComponentFinder
{
    private const int MostListed = 8;

    /// <summary>The component's bytes.</summary>
    /// <param name="tree">Where to look.</param>
    /// <param name="leaf">The last part of the dependency's name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PackageException">There is none, or it is not clear which.</exception>
    public static async Task<byte[]> FindAsync(ComponentTree tree, string leaf, CancellationToken cancellationToken)
    {
        var path = await OfManifestAsync(tree, cancellationToken)
            ?? ByName(tree, leaf)
            ?? await OnlyAsync(tree, leaf, cancellationToken);
        var size = tree.Components.First(component => component.Path == path).Size;
        return size <= PackageLimits.ComponentBytes
            ? await tree.ReadAsync(path, cancellationToken)
            : throw new PackageException(
                $"{path} in {tree.Name} is too large",
                $"it has {size} bytes, and mik takes at most {PackageLimits.ComponentBytes}")
            { Code = "component-too-large" };
    }

    private static async Task<string?> OfManifestAsync(ComponentTree tree, CancellationToken cancellationToken)
    {
        if (await tree.ManifestAsync(cancellationToken) is not { } text)
        {
            return null;
        }

        // The folder is only a place for paths to be relative to.
        var folder = Path.GetFullPath(Path.Combine(Path.GetTempPath(), "project"));
        if (MikConfiguration.Parse(Path.Combine(folder, MikConfiguration.FileName), text).Configuration is not { } project)
        {
            return null;
        }

        var candidates = new List<string>();
        if (project.BuildOutput is { } output)
        {
            candidates.Add(Path.GetRelativePath(folder, output).Replace('\\', '/'));
        }

        candidates.AddRange([$"dist/{project.Name}-composed.wasm", $"dist/{project.Name}.wasm"]);
        return candidates.FirstOrDefault(candidate => tree.Components.Any(component => component.Path == candidate));
    }

    private static string? ByName(ComponentTree tree, string leaf) => tree.Components
        .Select(component => component.Path)
        .Where(path => path == leaf + ".wasm" || path.EndsWith($"/{leaf}.wasm", StringComparison.Ordinal))
        .OrderBy(path => path.Count(character => character == '/')).ThenBy(path => path, StringComparer.Ordinal)
        .FirstOrDefault();

    private static async Task<string> OnlyAsync(ComponentTree tree, string leaf, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var (path, _) in tree.Components.Take(PackageLimits.Tags))
        {
            if (ComponentShape.LooksLikeComponent(await tree.StartAsync(path, cancellationToken)))
            {
                found.Add(path);
            }
        }

        return found switch
        {
            [var only] => only,
            [] => throw new PackageException(
                $"there is no component in {tree.Name}",
                tree.Components.Count == 0
                    ? "it has no *.wasm file, and mik does not build what it fetches"
                    : $"its *.wasm files are core modules: {Listed(tree.Components.Select(component => component.Path))}",
                "build it there and commit dist/<name>.wasm, or publish it to a registry with mik publish")
            { Code = "component-not-found" },
            _ => throw new PackageException(
                $"it is not clear which component of {tree.Name} is meant",
                $"it has {found.Count}: {Listed(found)}",
                $"name the dependency like its file ('{Path.GetFileNameWithoutExtension(found[0])}'), or give the project a mik.toml; '{leaf}' fits "
                    + $"none")
            { Code = "component-ambiguous" },
        };
    }

    private static string Listed(IEnumerable<string> paths)
    {
        var all = paths.ToArray();
        return RemoteText.Clean(string.Join(", ", all.Take(MostListed)) + (all.Length > MostListed ? ", …" : ""));
    }
}
