using Mik.Components.Decoding;
using Mik.Components.Metadata;
using Mik.Components.Model;
using Mik.Packages.Oci;
using Mik.Packages.Registry;
using Mik.Packages.Remote;
using Mik.Packages.Sessions;
using Mik.Packages.Sources;

namespace Mik.Packages.Publishing;

/// <summary>Pushes components, and WIT packages, to registries: to those that are named, whatever mirrors there are.</summary>
/// <param name="session">Registries.</param>
public sealed class ComponentPublisher(PackageSession session)
{
    /// <summary>Pushes a component under a tag. The same component under a version that has it already is left as it is.</summary>
    /// <param name="reference">Where to; with a tag.</param>
    /// <param name="file">The component's file.</param>
    /// <param name="annotations">Annotations of the manifest; what they do not say, the component's own metadata does.</param>
    /// <param name="mayReplace">Whether a tag that is a version may be given to another component.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PackageException">It is no component, or the registry refuses it.</exception>
    public async Task<PublishedComponent> PublishAsync(
        OciReference reference, string file, IReadOnlyList<KeyValuePair<string, string>> annotations, bool mayReplace, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var bytes = Read(file);
        var name = Path.GetFileName(file);
        var shape = ComponentShape.OfPublished(name, bytes);
        var all = Annotations.Merge(
            annotations, Annotations.Of(ComponentMetadata.Read(bytes)), [new(Annotations.Title, name), new(Annotations.Version, reference.Tag!)]);
        var package = ComponentPackage.Of(bytes, shape.Imports, shape.Exports, await CreationTime.OfAsync(file, cancellationToken), all, name);
        var isVersion = TagVersion.Of(reference.Tag ?? "") is not null;
        if (!mayReplace && isVersion && await session.Client.FindOriginalAsync(reference, cancellationToken) is { } there)
        {
            return Has(there, shape.Digest)
                ? new PublishedComponent(there.Descriptor.Digest, shape.Digest, shape.Size, WasThere: true)
                : throw new PackageException(
                    $"{reference} is there already",
                    $"it is {there.Descriptor.Digest}, with another component than {shape.Digest}; whoever locked that version would see it move",
                    "publish it as another version, or use --force")
                { Code = "already-published" };
        }

        return new PublishedComponent(
            await RegistryPush.PushAsync(session.Client, reference, package, cancellationToken), shape.Digest, shape.Size, WasThere: false);
    }

    private static bool Has(OciManifest manifest, Digest component) => !manifest.IsIndex && manifest.Items is [var layer] && layer.Digest == component;

    private static byte[] Read(string file)
    {
        try
        {
            return Component.ReadFile(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PackageException(
                $"cannot read {file}", exception is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : exception.Message,
                "mik build makes the project's component", exception)
            { Code = "file-unreadable" };
        }
    }
}

/// <summary>A component that is in a registry now.</summary>
/// <param name="Manifest">Digest of its manifest.</param>
/// <param name="Component">Digest of the component.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="WasThere">Whether it was there before, and nothing was pushed.</param>
public sealed record PublishedComponent(Digest Manifest, Digest Component, long Size, bool WasThere);
