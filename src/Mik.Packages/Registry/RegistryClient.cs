using System.Net.Http.Headers;
using System.Text.Json;
using Mik.Packages.Cache;
using Mik.Packages.Oci;
using Mik.Packages.Remote;

namespace Mik.Packages.Registry;

/// <summary>Reads from registries by the OCI distribution specification. Safe for use by many at once.</summary>
internal sealed class RegistryClient : IDisposable
{
    private readonly RegistrySettings _settings;
    private readonly HttpSender _sender;
    private readonly TokenSource _tokens;
    private readonly RetryPolicy _retry;
    private readonly RegistryAddresses _addresses;

    /// <summary>Makes a client.</summary>
    public RegistryClient(RegistrySettings settings, CredentialStore credentials)
    {
        _settings = settings;
        _sender = new HttpSender(settings);
        _tokens = new TokenSource(_sender, credentials, settings.TokenServers);
        _addresses = new RegistryAddresses(settings);
        _retry = new RetryPolicy(settings);
    }

    /// <summary>The digest that a reference stands for now; null when the registry has no such thing.</summary>
    /// <exception cref="PackageException">The registry cannot be asked.</exception>
    public async Task<Digest?> ResolveAsync(OciReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return reference.Digest ?? (await GetManifestAsync(reference, cancellationToken)).Descriptor.Digest;
        }
        catch (PackageException exception) when (exception.InnerException is NotFoundException)
        {
            return null;
        }
    }

    /// <summary>A manifest or an index, with its digest verified.</summary>
    /// <exception cref="PackageException">There is none, it is wrong, or the registry cannot be asked.</exception>
    public Task<OciManifest> GetManifestAsync(OciReference reference, CancellationToken cancellationToken) =>
        RunAsync(token => FetchManifestAsync(reference, token), cancellationToken);

    /// <summary>The tags of a repository.</summary>
    /// <exception cref="PackageException">The registry cannot be asked, or has no such repository.</exception>
    public Task<IReadOnlyList<string>> ListTagsAsync(OciReference reference, CancellationToken cancellationToken) =>
        RunAsync(token => FetchTagsAsync(reference, token), cancellationToken);

    /// <summary>Downloads a blob into the cache unless it is there; a download that broke off goes on where it stood.</summary>
    /// <returns>The file in the cache.</returns>
    /// <exception cref="PackageException">There is no such blob, it is not what its digest says, or the registry cannot be asked.</exception>
    public async Task<string> DownloadAsync(
        OciReference reference, Descriptor blob, BlobCache cache, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        if (await cache.FindAsync(blob.Digest, cancellationToken) is { } cached)
        {
            return cached;
        }

        var connection = await ConnectAsync(reference, cancellationToken);
        await using var download = await cache.BeginAsync(blob.Digest, blob.Size, cancellationToken);
        return await RunAsync(
            async token =>
            {
                if (await cache.FindAsync(blob.Digest, token) is { } found)
                {
                    return found;
                }

                await DownloadPartAsync(connection, reference, blob, download, progress, token);
                return download.Finish();
            },
            cancellationToken);
    }

    /// <summary>A connection to the registry itself, for writing; mirrors are for reading.</summary>
    public async Task<RegistryConnection> ConnectForPushAsync(OciReference reference, CancellationToken cancellationToken) =>
        new(_sender, _tokens, await _addresses.FindAsync(reference.Registry, mayPush: true, cancellationToken), reference, mayPush: true);

    /// <summary>The manifest that the registry itself has, past its mirrors; null when it has none.</summary>
    /// <exception cref="PackageException">The registry cannot be asked.</exception>
    public async Task<OciManifest?> FindOriginalAsync(OciReference reference, CancellationToken cancellationToken)
    {
        var connection = await ConnectForPushAsync(reference, cancellationToken);
        try
        {
            return await RunAsync(token => FetchManifestAsync(connection, reference, token), cancellationToken);
        }
        catch (PackageException exception) when (exception.InnerException is NotFoundException)
        {
            return null;
        }
    }

    /// <summary>A small document at the root of a host; null when there is none.</summary>
    /// <exception cref="PackageException">The host cannot be asked.</exception>
    public Task<byte[]?> FindDocumentAsync(string host, string path, CancellationToken cancellationToken) => RunAsync(
        async token =>
        {
            var url = new Uri(await _addresses.RootAsync(host, token), path);
            using var response = await _sender.SendFollowingAsync(address => new HttpRequestMessage(HttpMethod.Get, address), url, authorization: null, token);
            HttpSender.ThrowIfTransient(response, host);
            return response.IsSuccessStatusCode ? await ReadPatientlyAsync(response, PackageLimits.AnswerBytes, token) : null;
        },
        cancellationToken);

    /// <summary>Runs with attempts.</summary>
    /// <exception cref="PackageException">It failed for good, or too often.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await _retry.RunAsync(attempt, cancellationToken);
        }
        catch (NotFoundException exception)
        {
            throw exception.ToPackageException();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _sender.Dispose();

    private async Task<RegistryConnection> ConnectAsync(OciReference reference, CancellationToken cancellationToken) =>
        new(_sender, _tokens, await _addresses.FindAsync(reference.Registry, mayPush: false, cancellationToken), reference);

    private async Task<OciManifest> FetchManifestAsync(OciReference reference, CancellationToken cancellationToken) =>
        await FetchManifestAsync(await ConnectAsync(reference, cancellationToken), reference, cancellationToken);

    private async Task<OciManifest> FetchManifestAsync(RegistryConnection connection, OciReference reference, CancellationToken cancellationToken)
    {
        using var response = await connection.ReadAsync(HttpMethod.Get, connection.Url($"manifests/{reference.Selector}"), AcceptManifests, cancellationToken);
        await connection.CheckAsync(response, reference.ToString(), cancellationToken);
        var bytes = await ReadPatientlyAsync(response, PackageLimits.ManifestBytes, cancellationToken);
        var expected = reference.Digest ?? Announced(response);
        var digest = expected?.Same(bytes) ?? Digest.Of(bytes);
        if (expected is not null && digest != expected)
        {
            throw new TransientException($"the manifest of {reference} is not what its digest says", $"the digest should be {expected}, and is {digest}");
        }

        try
        {
            return OciManifest.Parse(bytes, digest, response.Content.Headers.ContentType?.MediaType);
        }
        catch (FormatException exception)
        {
            throw new PackageException(
                $"the manifest of {reference} cannot be understood", exception.Message, inner: exception)
            { Code = "registry-answer-invalid" };
        }
    }

    private async Task<IReadOnlyList<string>> FetchTagsAsync(OciReference reference, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(reference, cancellationToken);
        var tags = new List<string>();
        var next = connection.Url("tags/list?n=1000");
        for (var pages = 0; next is not null && tags.Count < PackageLimits.Tags && pages < 100; pages++)
        {
            using var response = await connection.ReadAsync(HttpMethod.Get, next, prepare: null, cancellationToken);
            await connection.CheckAsync(response, $"list of tags of {reference.Name}", cancellationToken);
            AddTags(tags, await ReadPatientlyAsync(response, PackageLimits.ManifestBytes, cancellationToken), reference);
            next = NextPage(response, next, connection);
        }

        return tags;
    }

    private static void AddTags(List<string> tags, byte[] body, OciReference reference)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = PackageLimits.JsonDepth });
            if (document.RootElement.GetProperty("tags") is { ValueKind: JsonValueKind.Array } array)
            {
                tags.AddRange(array.EnumerateArray().Where(tag => tag.ValueKind == JsonValueKind.String).Select(tag => tag.GetString()!));
            }
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new PackageException(
                $"the list of tags of {reference.Name} cannot be understood", "it is not JSON with tags",
                inner: exception)
            { Code = "registry-answer-invalid" };
        }
    }

    private static Uri? NextPage(HttpResponseMessage response, Uri current, RegistryConnection connection)
    {
        if (!response.Headers.TryGetValues("Link", out var links)
            || links.FirstOrDefault(link => link.Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase)) is not { } link)
        {
            return null;
        }

        var (start, end) = (link.IndexOf('<', StringComparison.Ordinal), link.IndexOf('>', StringComparison.Ordinal));
        return start >= 0 && end > start && Uri.TryCreate(current, link[(start + 1)..end], out var next) && HttpSender.IsSameOrigin(next, connection.Address)
            ? next : null;
    }

    private async Task DownloadPartAsync(
        RegistryConnection connection, OciReference reference, Descriptor blob, BlobDownload download, IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        var from = download.Length;
        if (from > 0 && from == blob.Size)
        {
            return;
        }

        using var response = await connection.ReadAsync(
            HttpMethod.Get,
            connection.Url($"blobs/{blob.Digest}"),
            request => request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null,
            cancellationToken);
        if ((int)response.StatusCode == 416)
        {
            download.Restart();
            throw new TransientException($"{connection.Address.Authority} does not continue the download of {reference}", "it answered 416");
        }

        await connection.CheckAsync(response, $"blob {blob.Digest} in {reference.Name}", cancellationToken);
        if (from > 0 && ((int)response.StatusCode != 206 || response.Content.Headers.ContentRange?.From != from))
        {
            download.Restart();
            if ((int)response.StatusCode == 206)
            {
                throw new TransientException(
                    $"{connection.Address.Authority} continues the download of {reference} elsewhere", $"it was asked for the bytes from {from}");
            }
        }

        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            await download.AppendAsync(stream, _settings.SilenceLimit, progress, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or HttpIOException)
        {
            throw new TransientException($"the download of {reference} broke off", HttpSender.Innermost(exception), inner: exception);
        }
    }

    private async Task<byte[]> ReadPatientlyAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(_settings.SilenceLimit);
        try
        {
            return await HttpSender.ReadAsync(response, limit, silence.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientException(
                $"{response.RequestMessage?.RequestUri?.Authority} stopped in the middle of an answer", "its rest did not come in time");
        }
    }

    private static void AcceptManifests(HttpRequestMessage request)
    {
        foreach (var type in MediaTypes.Manifests)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        }
    }

    private static Digest? Announced(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Docker-Content-Digest", out var values) && Digest.TryParse(values.FirstOrDefault(), out var digest) ? digest : null;
}
