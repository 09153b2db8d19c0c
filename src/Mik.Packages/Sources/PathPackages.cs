using Mik.Components.Decoding;
using Mik.Components.Model;
using Mik.Configuration.Model;
using Mik.Packages.Remote;

namespace Mik.Packages.Sources;

/// <summary>Dependencies on this machine: a component's file, or the folder of a project that was built.</summary>
internal static class PathPackages
{
    /// <summary>The component as it is now.</summary>
    /// <exception cref="PackageException">There is none.</exception>
    public static async Task<byte[]> ReadAsync(Dependency dependency, PathSource source, CancellationToken cancellationToken)
    {
        try
        {
            if (Directory.Exists(source.FullPath))
            {
                return await ComponentFinder.FindAsync(new FolderTree(source.FullPath), DependencyFile.Leaf(dependency.Name), cancellationToken);
            }

            var file = new FileInfo(source.FullPath);
            return !file.Exists
                ? throw new PackageException(
                    $"cannot read {dependency.Name}", $"there is no file or folder {source.FullPath}",
                    $"correct its path in mik.toml, or build it")
                { Code = "file-not-found" }
                : file.Length > PackageLimits.ComponentBytes
                ? throw new PackageException(
                    $"{source.FullPath} is too large",
                    $"it has {file.Length} bytes, and mik takes at most {PackageLimits.ComponentBytes}")
                { Code = "component-too-large" }
                : Component.ReadFile(file.FullName);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PackageException($"cannot read {dependency.Name} in {source.FullPath}", exception.Message, inner: exception) { Code = "file-unreadable" };
        }
    }
}
