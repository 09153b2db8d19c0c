using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using Mik.Packages.Remote;

namespace Mik.Packages.Registry;

/// <summary>Sends requests: redirects are followed by hand, because no <c>Authorization</c> may go to another host; silence has a limit.</summary>
internal sealed class HttpSender : IDisposable
{
    private readonly HttpClient _client;
    private readonly TimeSpan _silenceLimit;

    /// <summary>Makes it by the settings.</summary>
    public HttpSender(RegistrySettings settings)
    {
        _silenceLimit = settings.SilenceLimit;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = settings.SilenceLimit,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, chain, errors) => CertificateFault.Check(certificate, chain, errors) },
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        var version = typeof(HttpSender).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
        _client.DefaultRequestHeaders.UserAgent.ParseAdd($"mik/{version.Split('+')[0]}");
    }

    /// <summary>Sends a request as it is; connection failures and silence are transient.</summary>
    /// <exception cref="TransientException">There is no connection, or no answer in time.</exception>
    /// <exception cref="PackageException">The server cannot be trusted.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // An upload may take its time; its progress is the server's to watch.
        if (request.Content is null or FormUrlEncodedContent)
        {
            limit.CancelAfter(_silenceLimit);
        }

        try
        {
            return await _client.SendAsync(request, completion, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientException(
                $"{request.RequestUri!.Authority} does not answer", FormattableString.Invariant($"nothing came within {_silenceLimit.TotalSeconds} s"));
        }
        catch (HttpRequestException exception) when (Certificate(exception) is { } certificate)
        {
            throw new PackageException(
                $"the secure connection to {request.RequestUri!.Authority} cannot be trusted",
                certificate.Message,
                "SSL_CERT_FILE=/path/to/authority.pem names the authority that signed it, where that is right",
                exception)
            { Code = "certificate-untrusted" };
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new PackageException(
                $"there is no secure connection to {request.RequestUri!.Authority}",
                Innermost(exception),
                $"a registry without TLS is named by its URL: {RegistryMirrors.Variable}={request.RequestUri.Authority}=http://{request.RequestUri.Authority}",
                exception)
            { Code = "no-secure-connection" };
        }
        catch (HttpRequestException exception)
        {
            var isCut = exception.HttpRequestError is HttpRequestError.ResponseEnded || exception.InnerException is IOException;
            throw new TransientException(
                isCut ? $"the connection to {request.RequestUri!.Authority} broke" : $"cannot reach {request.RequestUri!.Authority}", Innermost(exception),
                inner: exception);
        }
        catch (IOException exception)
        {
            throw new TransientException($"the connection to {request.RequestUri!.Authority} broke", exception.Message, inner: exception);
        }
    }

    /// <summary>Sends a GET or HEAD and follows redirects. <c>Authorization</c> goes to the first origin only.</summary>
    public async Task<HttpResponseMessage> SendFollowingAsync(
        Func<Uri, HttpRequestMessage> request, Uri address, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        var url = address;
        for (var hops = 0; ; hops++)
        {
            using var message = request(url);
            message.Headers.Authorization = IsSameOrigin(address, url) ? authorization : null;
            var response = await SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                return response;
            }

            response.Dispose();
            url = Next(address, url, location, hops);
        }
    }

    /// <summary>Reads a body of limited length.</summary>
    /// <exception cref="PackageException">It is longer.</exception>
    /// <exception cref="TransientException">The connection broke.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        var host = response.RequestMessage?.RequestUri?.Authority ?? "the server";
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var body = new MemoryStream();
            var buffer = new byte[16 << 10];
            while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                if (body.Length + read > limit)
                {
                    throw new PackageException(
                        $"the answer of {host} is too long", $"mik reads at most {limit} bytes of it")
                    { Code = "registry-answer-invalid" };
                }

                body.Write(buffer, 0, read);
            }

            return body.ToArray();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new TransientException($"the connection to {host} broke", Innermost(exception), inner: exception);
        }
    }

    /// <summary>Throws when an answer says that another attempt may succeed.</summary>
    /// <exception cref="TransientException">It does.</exception>
    public static void ThrowIfTransient(HttpResponseMessage response, string who)
    {
        var status = (int)response.StatusCode;
        if (status is 408 or 429 or 500 or 502 or 503 or 504)
        {
            throw new TransientException(
                status == 429 ? $"{who} says that there were too many requests" : $"{who} failed",
                $"it answered {status} {response.StatusCode switch { HttpStatusCode.TooManyRequests => "Too Many Requests", var code => code.ToString() }}",
                Wait(response.Headers.RetryAfter));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>Scheme, host and port.</summary>
    public static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase) && one.Port == other.Port;

    /// <summary>The reason at the bottom of an exception.</summary>
    public static string Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception.Message;
    }

    private static UntrustedCertificateException? Certificate(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is UntrustedCertificateException certificate)
            {
                return certificate;
            }
        }

        return null;
    }

    private static Uri Next(Uri first, Uri from, Uri location, int hops)
    {
        if (hops == PackageLimits.Redirects)
        {
            throw new PackageException(
                $"{first.Authority} redirects without end", $"mik follows {PackageLimits.Redirects} redirects")
            { Code = "registry-redirect" };
        }

        var next = new Uri(from, location);
        return next.Scheme == "https" || (next.Scheme == "http" && from.Scheme == "http")
            ? next
            : throw new PackageException(
                $"{first.Authority} redirects to where mik does not follow",
                $"{RemoteText.Url(next)} has no TLS, or is no web address")
            { Code = "registry-redirect" };
    }

    private static TimeSpan? Wait(RetryConditionHeaderValue? header) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => TimeSpan.FromTicks(Math.Max(0, (date - DateTimeOffset.UtcNow).Ticks)),
        _ => null,
    };
}
