using Microsoft.Extensions.FileProviders;

namespace Mik.Server.StaticFiles;

/// <summary>A file in the folder. <see cref="FileBody"/> sends it.</summary>
internal sealed class ContainedFile(FileInfo file) : IFileInfo
{
    /// <inheritdoc/>
    public bool Exists => file.Exists;

    /// <inheritdoc/>
    public long Length => file.Length;

    /// <inheritdoc/>
    public string? PhysicalPath => file.FullName;

    /// <inheritdoc/>
    public string Name => file.Name;

    /// <inheritdoc/>
    public DateTimeOffset LastModified => new(file.LastWriteTimeUtc);

    /// <inheritdoc/>
    public bool IsDirectory => false;

    /// <inheritdoc/>
    public Stream CreateReadStream() => throw new NotSupportedException();
}
