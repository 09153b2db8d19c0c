using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;
using Microsoft.Extensions.Primitives;
using Mik.Server.Paths;

namespace Mik.Server.StaticFiles;

/// <summary>
/// The files of a folder, without those that a link takes out of it or into a private part of it, and without pipes, sockets and devices. The folder
/// may come and go.
/// </summary>
internal sealed class ContainedFiles(string folder) : IFileProvider, IDisposable
{
    private readonly Lock _gate = new();
    private volatile PhysicalFileProvider? _files;

    /// <inheritdoc/>
    public IFileInfo GetFileInfo(string subpath) =>
        !subpath.EndsWith('/') && Files() is { } files && files.GetFileInfo(subpath) is { Exists: true, PhysicalPath: { } path }
            && RealPathInside(path) is { } real && new FileInfo(real) is var file && FileKind.IsRegular(file)
            ? new ContainedFile(file)
            : new NotFoundFileInfo(subpath);

    /// <inheritdoc/>
    public IDirectoryContents GetDirectoryContents(string subpath) =>
        Files() is { } files && RealPathInside(Path.Combine(files.Root, subpath.TrimStart('/'))) is not null
            ? files.GetDirectoryContents(subpath)
            : NotFoundDirectoryContents.Singleton;

    /// <inheritdoc/>
    public IChangeToken Watch(string filter) => NullChangeToken.Singleton;

    /// <inheritdoc/>
    public void Dispose() => _files?.Dispose();

    private PhysicalFileProvider? Files()
    {
        if (_files is null && Directory.Exists(folder))
        {
            lock (_gate)
            {
                _files ??= new PhysicalFileProvider(Path.GetFullPath(folder), ExclusionFilters.Sensitive);
            }
        }

        return _files;
    }

    /// <summary>Where a path really leads, if that is in the folder and no private part of it. Of a link, length and time are the target's.</summary>
    private string? RealPathInside(string path)
    {
        return RealPath.Inside(folder, path) is var (real, below)
            && (below == "." || below.Split(Path.DirectorySeparatorChar).All(name => StaticPath.IsServed(name))) ? real : null;
    }
}
