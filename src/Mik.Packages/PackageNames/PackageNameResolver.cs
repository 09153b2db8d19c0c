using System.Text.Json;
using Mik.Packages.Oci;
using Mik.Packages.Remote;
using Mik.Packages.Sessions;

namespace Mik.Packages.PackageNames;

/// <summary>A package's name → its reference: the registry of its namespace, and what that registry's well-known document says of it.</summary>
/// <param name="session">Registries.</param>
public sealed class PackageNameResolver(PackageSession session)
{
    private const string DocumentPath = "/.well-known/wasm-pkg/registry.json";

    /// <summary>The reference of a package, with a tag; without a version it is the newest release.</summary>
    /// <exception cref="PackageException">No registry is known for it, or the registry cannot be asked.</exception>
    public async Task<OciReference> ResolveAsync(PackageName name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        var configuration = WkgConfiguration.OfUser();
        var mapping = configuration.Find(name) ?? throw new PackageException(
            $"no registry is known for {name}",
            $"it is the name of a package, and {configuration.Path}, where wkg keeps them, names no registry for the namespace {name.Namespace}",
            $"wkg config --edit, with [namespace_registries] and {name.Namespace} = \"registry.example\"; or write it as a reference: "
                + $"host/user/{name.Name}:{name.Version ?? "1.0.0"}")
        { Code = "package-name-unmapped" };
        var place = mapping.Oci ?? await AskAsync(name, mapping.Host, cancellationToken);
        var reference = Reference(name, mapping, place);
        return name.Version is { } version
            ? reference.WithTag(version.Replace('+', '_')) : reference.WithTag(await NewestAsync(name, reference, cancellationToken));
    }

    private static OciReference Reference(PackageName name, RegistryMapping mapping, OciPlace place)
    {
        var text = $"{place.Registry ?? mapping.Host}/{place.NamespacePrefix}{name.Namespace}/{name.Name}";
        try
        {
            var reference = OciReference.Parse(text);
            return reference.Tag is null && reference.Digest is null && reference.Registry == (place.Registry ?? mapping.Host)
                ? reference
                : throw new FormatException($"'{RemoteText.Clean(text)}' is no name in a registry");
        }
        catch (FormatException exception)
        {
            throw new PackageException(
                $"the registry of {name} cannot be understood", exception.Message, inner: exception)
            { Code = "registry-answer-invalid" };
        }
    }

    /// <summary>What the registry's document says; without a document it is an OCI registry itself.</summary>
    private async Task<OciPlace> AskAsync(PackageName name, string host, CancellationToken cancellationToken)
    {
        try
        {
            // The host is looked at before anything is sent to it.
            _ = OciReference.Parse($"{host}/x");
            return await session.Client.FindDocumentAsync(host, DocumentPath, cancellationToken) is { } document
                ? Read(document) : new OciPlace(Registry: null, "");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new PackageException(
                $"the registry {RemoteText.Clean(host)} of {name} cannot be understood", $"{DocumentPath}: {exception.Message}",
                inner: exception)
            { Code = "registry-answer-invalid" };
        }
    }

    private static OciPlace Read(byte[] document)
    {
        using var json = JsonDocument.Parse(document, new JsonDocumentOptions { MaxDepth = PackageLimits.JsonDepth });
        var root = json.RootElement;
        var oci = root.TryGetProperty("oci", out var own) && own.ValueKind == JsonValueKind.Object ? own : default;
        return Text(root, "preferredProtocol") is { } protocol && protocol != "oci"
            ? throw new FormatException($"it speaks {RemoteText.Clean(protocol)}, and mik only oci")
            : new OciPlace(Text(oci, "registry") ?? Text(root, "ociRegistry"), Text(oci, "namespacePrefix") ?? Text(root, "ociNamespacePrefix") ?? "");
    }

    private async Task<string> NewestAsync(PackageName name, OciReference reference, CancellationToken cancellationToken)
    {
        var tags = await session.Registry.ListTagsAsync(reference, cancellationToken);
        return tags.Select(tag => (Tag: tag, Version: TagVersion.Of(tag)))
            .Where(tag => tag.Version is { IsPrerelease: false })
            .OrderByDescending(tag => tag.Version).ThenBy(tag => tag.Tag, StringComparer.Ordinal)
            .FirstOrDefault().Tag
            ?? throw new PackageException(
                $"{name} has no release", $"{reference.Name} has {(tags.Count == 0 ? "no tags" : "none of its tags is a version")}",
                $"name one: {name}@1.0.0")
            { Code = "no-release" };
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;
}
