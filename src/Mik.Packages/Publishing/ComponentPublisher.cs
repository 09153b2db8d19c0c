using System.Globalization;
using Mik.Packages.Oci;
using Mik.Packages.Registry;
using Mik.Packages.Sources;

namespace Mik.Packages.Publishing;

/// <summary>Pushes components to registries.</summary>
/// <param name="session">Registries.</param>
public sealed class ComponentPublisher(PackageSession session)
{
    /// <summary>Pushes a component under a tag.</summary>
    /// <param name="reference">Where to; with a tag.</param>
    /// <param name="file">The component's file. Its time is that of the package, unless <c>SOURCE_DATE_EPOCH</c> is set: pushing it again gives the same digest.</param>
    /// <param name="annotations">Annotations of the manifest.</param>
    /// <param name="mayReplace">Whether a tag that is a version may be given to another component.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Digest of the manifest, digest and size of the component.</returns>
    /// <exception cref="PackageException">It is no component, or the registry refuses it.</exception>
    public async Task<(Digest Manifest, Digest Component, long Size)> PublishAsync(OciReference reference, string file, IReadOnlyList<KeyValuePair<string, string>> annotations, bool mayReplace, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var bytes = await ReadAsync(file, cancellationToken);
        var shape = ComponentShape.Of(Path.GetFileName(file), bytes);
        var package = ComponentPackage.Of(bytes, shape.Imports, shape.Exports, Created(file), annotations);
        if (!mayReplace && OutdatedPackages.Version(reference.Tag ?? "") is not null
            && await session.Client.ResolveAsync(reference, cancellationToken) is { } there && there != Digest.Of(package.Manifest))
        {
            throw new PackageException($"{reference} is there already", $"it is {there}, and this would be {Digest.Of(package.Manifest)}; whoever locked that version would see it move", "publish it as another version, or use --force");
        }

        return (await new RegistryPush(session.Client, reference).PushAsync(package, cancellationToken), shape.Digest, shape.Size);
    }

    private static async Task<byte[]> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(file, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PackageException($"cannot read {file}", exception is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : exception.Message, "mik build makes the project's component", exception);
        }
    }

    private static DateTimeOffset Created(string file) =>
        long.TryParse(Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : new DateTimeOffset(File.GetLastWriteTimeUtc(file));
}
