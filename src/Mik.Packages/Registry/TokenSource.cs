using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Mik.Packages.Registry;

/// <summary>Answers a registry's challenge: basic credentials, or a token of its token server (distribution-spec and "Token Authentication").</summary>
internal sealed class TokenSource(HttpSender sender, CredentialStore store)
{
    private readonly ConcurrentDictionary<(string Registry, string Scope), AuthenticationHeaderValue> _known = new();

    /// <summary>What was used last; null when nothing was asked for yet.</summary>
    public AuthenticationHeaderValue? Known(string registry, string scope) => _known.GetValueOrDefault((registry, scope));

    /// <summary>Forgets what is no longer taken.</summary>
    public void Forget(string registry, string scope) => _known.TryRemove((registry, scope), out _);

    /// <summary>The answer to a challenge; null when there is none to give.</summary>
    /// <param name="registry">What credentials are kept under.</param>
    /// <param name="scope">What is to be done: <c>repository:user/repo:pull</c>.</param>
    /// <param name="address">The registry's address.</param>
    /// <param name="headers">The challenges.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<AuthenticationHeaderValue?> AnswerAsync(string registry, string scope, Uri address, IEnumerable<string> headers, CancellationToken cancellationToken)
    {
        var challenges = headers.SelectMany(Challenge.Parse).ToArray();
        var credentials = await store.FindAsync(registry, cancellationToken);
        AuthenticationHeaderValue? answer = null;
        if (challenges.FirstOrDefault(challenge => challenge.Scheme == "bearer" && challenge["realm"] is not null) is { } bearer)
        {
            answer = await FetchAsync(bearer, scope, address, credentials, cancellationToken);
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

    private async Task<AuthenticationHeaderValue?> FetchAsync(Challenge challenge, string scope, Uri address, Credentials? credentials, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, challenge["realm"], out var realm) || realm.Scheme is not ("http" or "https"))
        {
            throw new PackageException($"{address.Authority} names no token server that mik understands", $"its realm is '{RemoteText.Clean(challenge["realm"])}'");
        }

        if (credentials is not null && realm.Scheme == "http" && address.Scheme == "https")
        {
            throw new PackageException($"{address.Authority} asks for credentials to be sent without TLS", $"its token server is {RemoteText.Url(realm)}");
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
            throw new PackageException($"the token server {realm.Host} gave no token", $"it answered {(int)response.StatusCode} {RegistryError.Told(body)}".Trim());
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

        var query = $"{(realm.Query.Length > 1 ? realm.Query + "&" : "?")}{(service is null ? "" : $"service={Uri.EscapeDataString(service)}&")}scope={Uri.EscapeDataString(scope)}";
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
                if (document.RootElement.TryGetProperty(name, out var token) && token.GetString() is { Length: > 0 } text && text.All(character => character is > ' ' and < '\x7F'))
                {
                    return text;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Told below.
        }

        throw new PackageException($"the token server {realm.Host} gave no token", "its answer is not JSON with a token");
    }
}
