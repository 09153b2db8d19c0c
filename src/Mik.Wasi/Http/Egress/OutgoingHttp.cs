using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mik.Components.HostBinding;
using Mik.Wasi.Http.Types;

namespace Mik.Wasi.Http.Egress;

/// <summary>Outgoing HTTP for all guests of a server: one connection pool, one policy.</summary>
public sealed class OutgoingHttp : IDisposable
{
    private static readonly HttpRequestOptionsKey<TimeSpan?> ConnectTimeoutKey = new("mik.connect-timeout");

    private readonly EgressPolicy _policy;
    private readonly HttpMessageInvoker _client;

    /// <summary>Makes the pool.</summary>
    /// <param name="policy">Which hosts may be called.</param>
    public OutgoingHttp(EgressPolicy policy)
    {
        _policy = policy;
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            EnableMultipleHttp2Connections = true,
            ConnectCallback = ConnectAsync,
            // Field values are bytes; Latin-1 carries each byte as it is.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>Starts a request.</summary>
    internal Result<FutureIncomingResponse, ErrorCode> Send(WasiContext wasi, OutgoingRequest request, RequestOptions? options)
    {
        var scheme = request.Scheme()?.ToString().ToLowerInvariant() ?? "https";
        if (scheme is not ("http" or "https") || request.Authority() is not { } authority
            || !Uri.TryCreate($"{scheme}://{authority}{PathOf(request)}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }, out var uri)
            || uri.UserInfo.Length > 0)
        {
            return ErrorCode.Of("HTTP-request-URI-invalid");
        }
        if (!_policy.Allows(scheme, uri.IdnHost, uri.Port))
        {
            return ErrorCode.Of("HTTP-request-denied");
        }
        var message = new HttpRequestMessage(new HttpMethod(request.Method().ToString()), uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Options.Set(ConnectTimeoutKey, RequestOptions.ToTimeSpan(options?.ConnectTimeout()));
        if (request.RequestedBody is { } body)
        {
            message.Content = new OutgoingContent(body);
        }
        CopyHeaders(request.Headers(), message);
        var span = OutgoingSpan.Start(message.Method.Method, uri);
        foreach (var (name, value) in span is null ? wasi.PropagatedHeaders : OutgoingSpan.Headers(span))
        {
            if (!request.Headers().Has(name))
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }
        }
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(wasi.CancellationToken);
        return new FutureIncomingResponse(SendAsync(message, options, span, cancellation), cancellation);
    }

    private static string PathOf(OutgoingRequest request)
    {
        var path = request.PathWithQuery();
        return string.IsNullOrEmpty(path) ? "/" : path[0] is '/' ? path : "/" + path;
    }

    private static void CopyHeaders(Fields headers, HttpRequestMessage message)
    {
        foreach (var (name, value) in headers.List)
        {
            var text = Encoding.Latin1.GetString(value);
            if (!message.Headers.TryAddWithoutValidation(name, text))
            {
                (message.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, text);
            }
        }
    }

    private async Task<IncomingResponse> SendAsync(HttpRequestMessage message, RequestOptions? options, Activity? span, CancellationTokenSource cancellation)
    {
        try
        {
            var response = await SendAsync(message, options, cancellation).ConfigureAwait(false);
            OutgoingSpan.Answered(span, response.Status());
            return response;
        }
        catch (Exception exception)
        {
            OutgoingSpan.Failed(span, exception);
            throw;
        }
    }

    private async Task<IncomingResponse> SendAsync(HttpRequestMessage message, RequestOptions? options, CancellationTokenSource cancellation)
    {
        using (message)
        {
            var token = cancellation.Token;
            using var firstByte = CancellationTokenSource.CreateLinkedTokenSource(token);
            if (RequestOptions.ToTimeSpan(options?.FirstByteTimeout()) is { } timeout)
            {
                firstByte.CancelAfter(timeout);
            }
            HttpResponseMessage response;
            try
            {
                response = await _client.SendAsync(message, firstByte.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested && firstByte.IsCancellationRequested)
            {
                throw new OutgoingRequestException(ErrorCode.Of("HTTP-response-timeout"), "no response within first-byte-timeout");
            }
            var body = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
            if (RequestOptions.ToTimeSpan(options?.BetweenBytesTimeout()) is { } between)
            {
                body = new IdleTimeoutStream(body, between);
            }
            return new IncomingResponse(response, body);
        }
    }

    // The policy names hosts; this checks the address that is dialled, so that a name cannot lead into the private network.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var endpoint = context.DnsEndPoint;
        var scheme = context.InitialRequestMessage.RequestUri!.Scheme;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        context.InitialRequestMessage.Options.TryGetValue(ConnectTimeoutKey, out var timeout);
        if (timeout is { } limit)
        {
            deadline.CancelAfter(limit);
        }
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(endpoint.Host, deadline.Token).ConfigureAwait(false);
            if (!_policy.AllowsPrivateAddress(scheme, endpoint.Host, endpoint.Port))
            {
                addresses = [.. addresses.Where(address => !EgressPolicy.IsPrivate(address))];
                if (addresses.Length == 0)
                {
                    throw new OutgoingRequestException(
                        ErrorCode.Of("destination-IP-prohibited"), $"{endpoint.Host} leads to a private address, and no entry of http_allowed names it literally");
                }
            }
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(addresses, endpoint.Port, deadline.Token).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OutgoingRequestException(ErrorCode.Of("connection-timeout"), "no connection within connect-timeout");
        }
    }
}
