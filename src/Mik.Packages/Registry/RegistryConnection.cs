using System.Net;
using Mik.Packages.Oci;
using Mik.Packages.Remote;

namespace Mik.Packages.Registry;

/// <summary>Requests to one repository of a registry, with the authorization that it asks for.</summary>
internal sealed class RegistryConnection
{
    private readonly HttpSender _sender;
    private readonly TokenSource _tokens;
    private readonly OciReference _reference;
    private readonly string _credentialsKey;
    private readonly string _scope;

    /// <summary>Makes it.</summary>
    /// <param name="sender">Sends.</param>
    /// <param name="tokens">Answers challenges.</param>
    /// <param name="address">Where the registry is, with <c>/v2/</c>.</param>
    /// <param name="reference">The repository.</param>
    /// <param name="mayPush">Whether it is to be written to.</param>
    public RegistryConnection(HttpSender sender, TokenSource tokens, Uri address, OciReference reference, bool mayPush = false)
    {
        _sender = sender;
        _tokens = tokens;
        _reference = reference;
        Address = address;
        var host = address.Host == "registry-1.docker.io" ? "docker.io" : address.Authority;
        _credentialsKey = $"{host}{address.AbsolutePath[..^"/v2/".Length]}/{reference.Repository}";
        _scope = $"repository:{reference.Repository}:{(mayPush ? "pull,push" : "pull")}";
    }

    /// <summary>The registry's address, with <c>/v2/</c>.</summary>
    public Uri Address { get; }

    /// <summary>The URL of something in the repository.</summary>
    public Uri Url(string path) => new(Address, $"{_reference.Repository}/{path}");

    /// <summary>Reads: GET or HEAD, with redirects.</summary>
    public Task<HttpResponseMessage> ReadAsync(HttpMethod method, Uri url, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken) =>
        WithAuthorizationAsync(
            url,
            token => _sender.SendFollowingAsync(
                address =>
                {
                    var request = new HttpRequestMessage(method, address);
                    prepare?.Invoke(request);
                    return request;
                },
                url,
                token,
                cancellationToken),
            cancellationToken);

    /// <summary>Writes: anything, without redirects. Only the registry itself sees the authorization.</summary>
    public Task<HttpResponseMessage> WriteAsync(HttpMethod method, Uri url, Func<HttpContent?> content, CancellationToken cancellationToken) =>
        WithAuthorizationAsync(
            url,
            async token =>
            {
                using var request = new HttpRequestMessage(method, url) { Content = content() };
                request.Headers.Authorization = token;
                return await _sender.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            },
            cancellationToken);

    /// <summary>Throws when an answer is not the one that was hoped for.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="subject">What was asked for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TransientException">Another attempt may succeed.</exception>
    /// <exception cref="PackageException">It will not.</exception>
    public async Task CheckAsync(HttpResponseMessage response, string subject, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        HttpSender.ThrowIfTransient(response, Who);
        var told = RegistryError.Told(await ErrorBodyAsync(response, cancellationToken));
        var answer = $"{Who} answered {(int)response.StatusCode}{(told.Length > 0 ? " " + told : "")}";
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            var (why, next) = await _tokens.ExplainAsync(_credentialsKey, cancellationToken);
            throw new PackageException($"{Who} gives no access to {_reference.Name}", $"{answer}; {why}", next) { Code = "registry-access-denied" };
        }

        throw response.StatusCode == HttpStatusCode.NotFound
            ? new NotFoundException($"there is no {subject}", answer, "check the name and the version; mik outdated and the registry's page list what there is")
            : new PackageException($"{Who} refused the request for {subject}", answer) { Code = "registry-refused" };
    }

    /// <summary>The registry as messages call it.</summary>
    private string Who => Address.Host == _reference.Registry || Address.Authority == _reference.Registry || _reference.Registry == "docker.io"
        ? _reference.Registry
        : $"{_reference.Registry} (by its mirror {Address.Authority})";

    private async Task<HttpResponseMessage> WithAuthorizationAsync(
        Uri url, Func<System.Net.Http.Headers.AuthenticationHeaderValue?, Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        // An upload may be sent to another host, which is told nothing.
        if (!HttpSender.IsSameOrigin(url, Address))
        {
            return await send(null);
        }

        var response = await send(_tokens.Known(_credentialsKey, _scope));
        if (response.StatusCode != HttpStatusCode.Unauthorized || response.RequestMessage?.RequestUri is { } answered
            && !HttpSender.IsSameOrigin(answered, Address))
        {
            return response;
        }

        _tokens.Forget(_credentialsKey, _scope);
        var challenges = response.Headers.TryGetValues("WWW-Authenticate", out var values) ? values.ToArray() : [];
        if (await _tokens.AnswerAsync(_credentialsKey, _scope, Address, challenges, cancellationToken) is not { } answer)
        {
            return response;
        }

        response.Dispose();
        return await send(answer);
    }

    private static async Task<byte[]> ErrorBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await HttpSender.ReadAsync(response, PackageLimits.AnswerBytes, cancellationToken);
        }
        catch (Exception exception) when (exception is TransientException or PackageException)
        {
            return [];
        }
    }
}
