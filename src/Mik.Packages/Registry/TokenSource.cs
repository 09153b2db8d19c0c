using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Mik.Packages.Remote;

namespace Mik.Packages.Registry;

/// <summary>Answers a registry's challenge: basic credentials, or a token of its token server (distribution-spec and "Token Authentication").</summary>
internal sealed class TokenSource(HttpSender sender, CredentialStore store, TokenServers servers)
{
    private readonly ConcurrentDictionary<(string Registry, string Scope), AuthenticationHeaderValue> _known = new();
    private readonly ConcurrentDictionary<string, string> _withheld = new(StringComparer.Ordinal);

    /// <summary>What was used last; null when nothing was asked for yet.</summary>
    public AuthenticationHeaderValue? Known(string registry, string scope) => _known.GetValueOrDefault((registry, scope));

    /// <summary>Forgets what is no longer taken.</summary>
    public void Forget(string registry, string scope) => _known.TryRemove((registry, scope), out _);

    /// <summary>Why a request of a repository was refused, as far as its credentials tell, and what to do.</summary>
    public async Task<(string Why, string Next)> ExplainAsync(string registry, CancellationToken cancellationToken)
    {
        var host = registry.Split('/')[0];
        return await store.FindAsync(registry, cancellationToken) is not { } credentials
            ? ($"there is no such package, or it is not public: no credentials of {host} were found in {string.Join(", ", store.Files)}",
                $"check the name; for a private package: docker login {host}")
            : _withheld.TryGetValue(registry, out var server)
            ? ($"its token server is another host, {server}, which was not given the credentials of {credentials.Origin}",
                $"{TokenServers.Variable}={host}={server} lets mik send them there, if that host is to be trusted with them")
            : ($"it does not take the credentials of '{RemoteText.Clean(credentials.UserName)}' in {credentials.Origin}: they are wrong or too old, or "
                + $"this user may not do that", $"check the name; log in again: docker login {host}");
    }

    /// <summary>The answer to a challenge; null when there is none to give.</summary>
    /// <param name="registry">What credentials are kept under: host and port, and the repository.</param>
    /// <param name="scope">What is to be done: <c>repository:user/repo:pull</c>.</param>
    /// <param name="address">The registry's address.</param>
    /// <param name="headers">The challenges.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<AuthenticationHeaderValue?> AnswerAsync(
        string registry, string scope, Uri address, IEnumerable<string> headers, CancellationToken cancellationToken)
    {
        var challenges = headers.SelectMany(Challenge.Parse).ToArray();
        var credentials = await store.FindAsync(registry, cancellationToken);
        AuthenticationHeaderValue? answer = null;
        if (challenges.FirstOrDefault(challenge => challenge.Scheme == "bearer" && challenge["realm"] is not null) is { } bearer)
        {
            answer = await FetchAsync(bearer, registry, scope, address, credentials, cancellationToken);
        }
        else if (challenges.Any(challenge => challenge.Scheme == "basic") && credentials is { IsIdentityToken: false })
        {
            answer = credentials.ToBasic();
        }

        if (answer is not null)
        {
            _known[(registry, scope)] = answer;
        }

        return answer;
    }

    private async Task<AuthenticationHeaderValue?> FetchAsync(
        Challenge challenge, string registry, string scope, Uri address, Credentials? credentials, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, challenge["realm"], out var realm) || realm.Scheme is not ("http" or "https"))
        {
            throw new PackageException(
                $"{address.Authority} names no token server that mik understands",
                $"its realm is '{RemoteText.Clean(challenge["realm"])}'")
            { Code = "registry-token-refused" };
        }

        if (credentials is not null && realm.Scheme == "http" && address.Scheme == "https")
        {
            throw new PackageException(
                $"{address.Authority} asks for credentials to be sent without TLS",
                $"its token server is {RemoteText.Url(realm)}")
            { Code = "registry-token-refused" };
        }

        if (credentials is not null && !servers.MayHaveCredentials(registry.Split('/')[0], realm))
        {
            // Whoever runs the registry must not get to name a host that is given the password; what is public needs none.
            _withheld[registry] = realm.Authority;
            credentials = null;
        }

        using var request = Request(realm, challenge["service"], scope, credentials);
        using var response = await sender.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        var body = await HttpSender.ReadAsync(response, PackageLimits.AnswerBytes, cancellationToken);
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
        {
            // Token servers refuse names that do not exist; the registry's own 401 then tells it better.
            return null;
        }

        HttpSender.ThrowIfTransient(response, $"the token server {realm.Host}");
        if (!response.IsSuccessStatusCode)
        {
            throw new PackageException(
                $"the token server {realm.Host} gave no token",
                $"it answered {(int)response.StatusCode} {RegistryError.Told(body)}".Trim())
            { Code = "registry-token-refused" };
        }

        return new AuthenticationHeaderValue("Bearer", ReadToken(body, realm));
    }

    private static HttpRequestMessage Request(Uri realm, string? service, string scope, Credentials? credentials)
    {
        if (credentials is { IsIdentityToken: true })
        {
            return new HttpRequestMessage(HttpMethod.Post, realm)
            {
                Content = new FormUrlEncodedContent(new Dictionary<string, string>
                {
                    ["grant_type"] = "refresh_token",
                    ["service"] = service ?? "",
                    ["client_id"] = "mik",
                    ["scope"] = scope,
                    ["refresh_token"] = credentials.Secret,
                }),
            };
        }

        var begin = realm.Query.Length > 1 ? realm.Query + "&" : "?";
        var query = $"{begin}{(service is null ? "" : $"service={Uri.EscapeDataString(service)}&")}scope={Uri.EscapeDataString(scope)}";
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(realm, query));
        request.Headers.Authorization = credentials?.ToBasic();
        return request;
    }

    private static string ReadToken(byte[] body, Uri realm)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = PackageLimits.JsonDepth });
            foreach (var name in (string[])["token", "access_token"])
            {
                if (document.RootElement.TryGetProperty(name, out var token) && token.GetString() is { Length: > 0 } text
                    && text.All(character => character is > ' ' and < '\x7F'))
                {
                    return text;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Told below.
        }

        throw new PackageException($"the token server {realm.Host} gave no token", "its answer is not JSON with a token") { Code = "registry-token-refused" };
    }
}
