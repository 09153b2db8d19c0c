using System.Net;
using System.Net.Http.Headers;
using Mik.Packages.Oci;
using Mik.Packages.Remote;

namespace Mik.Packages.Registry;

/// <summary>Writes a component to a registry in the CNCF layout for WebAssembly (distribution-spec, "Pushing").</summary>
internal sealed class RegistryPush
{
    private readonly RegistryClient _client;
    private readonly OciReference _reference;
    private readonly RegistryConnection _connection;

    private RegistryPush(RegistryClient client, OciReference reference, RegistryConnection connection) =>
        (_client, _reference, _connection) = (client, reference, connection);

    /// <summary>Pushes a component and its manifest under the tag of a reference.</summary>
    /// <returns>The digest of the manifest.</returns>
    /// <exception cref="PackageException">The registry refuses it or cannot be reached.</exception>
    public static async Task<Digest> PushAsync(RegistryClient client, OciReference reference, ComponentPackage package, CancellationToken cancellationToken) =>
        await new RegistryPush(client, reference, await client.ConnectForPushAsync(reference, cancellationToken)).PushAsync(package, cancellationToken);

    private async Task<Digest> PushAsync(ComponentPackage package, CancellationToken cancellationToken)
    {
        await PushBlobAsync(package.Config, cancellationToken);
        await PushBlobAsync(package.Component, cancellationToken);
        return await _client.RunAsync(token => PutManifestAsync(package.Manifest, token), cancellationToken);
    }

    private Task<bool> PushBlobAsync(byte[] blob, CancellationToken cancellationToken)
    {
        var digest = Digest.Of(blob);
        return _client.RunAsync(
            async token =>
            {
                if (await ExistsAsync(digest, token))
                {
                    return false;
                }

                var upload = await StartAsync(token);
                var separator = upload.Query.Length > 1 ? '&' : '?';
                var url = new Uri(upload.AbsoluteUri + separator + "digest=" + Uri.EscapeDataString(digest.ToString()));
                using var response = await _connection.WriteAsync(HttpMethod.Put, url, () => Content(blob, "application/octet-stream"), token);
                await CheckAsync(response, "the component", token);
                return true;
            },
            cancellationToken);
    }

    private async Task<bool> ExistsAsync(Digest digest, CancellationToken cancellationToken)
    {
        using var response = await _connection.ReadAsync(HttpMethod.Head, _connection.Url($"blobs/{digest}"), prepare: null, cancellationToken);
        return response.StatusCode == HttpStatusCode.OK;
    }

    private async Task<Uri> StartAsync(CancellationToken cancellationToken)
    {
        var url = _connection.Url("blobs/uploads/");
        using var response = await _connection.WriteAsync(HttpMethod.Post, url, () => Content([], "application/octet-stream"), cancellationToken);
        await CheckAsync(response, "an upload", cancellationToken);
        return response.StatusCode == HttpStatusCode.Accepted && response.Headers.Location is { } location
            ? new Uri(url, location)
            : throw new PackageException(
                $"{_reference.Registry} began no upload",
                $"it answered {(int)response.StatusCode} without a place to upload to")
            { Code = "registry-answer-invalid" };
    }

    private async Task<Digest> PutManifestAsync(byte[] manifest, CancellationToken cancellationToken)
    {
        var digest = Digest.Of(manifest);
        var selector = _reference.Tag ?? digest.ToString();
        using var response = await _connection.WriteAsync(
            HttpMethod.Put, _connection.Url($"manifests/{selector}"), () => Content(manifest, MediaTypes.Manifest), cancellationToken);
        await CheckAsync(response, "the manifest", cancellationToken);
        return digest;
    }

    private async Task CheckAsync(HttpResponseMessage response, string what, CancellationToken cancellationToken)
    {
        try
        {
            await _connection.CheckAsync(response, what, cancellationToken);
        }
        catch (NotFoundException exception)
        {
            throw new PackageException(
                $"{_reference.Registry} does not take {what} of {_reference.Name}", "it answered 404",
                "check the name; some registries want a repository to be made first", exception)
            { Code = "registry-refused" };
        }
    }

    private static ByteArrayContent Content(byte[] bytes, string type) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
}
