using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Mik.Components.HostBinding;
using Mik.Wasi.Http.Types;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Http.Egress;

/// <summary>Outgoing HTTP for all guests of a server: one connection pool, one policy.</summary>
public sealed class OutgoingHttp : IDisposable
{
    private readonly EgressPolicy _policy;
    private readonly Lazy<HttpMessageInvoker> _client;
    private int _haveTrailersBeenLeftOut;

    /// <summary>Makes the pool.</summary>
    /// <param name="policy">Which hosts may be called.</param>
    public OutgoingHttp(EgressPolicy policy)
        : this(policy, EgressNetwork.System)
    {
    }

    /// <summary>Makes the pool with handlers of a program's own before the one that dials.</summary>
    /// <param name="policy">Which hosts may be called.</param>
    /// <param name="handlers">Makes the chain, once; its last link must be the handler of <see cref="CreateHandler(EgressPolicy)"/> with this policy. It is
    /// left to its owner.</param>
    public OutgoingHttp(EgressPolicy policy, Func<HttpMessageHandler> handlers)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        _policy = policy;
        _client = new(() => new HttpMessageInvoker(Checked(handlers(), policy), disposeHandler: false));
    }

    /// <summary>Makes the pool over another network: for tests.</summary>
    internal OutgoingHttp(EgressPolicy policy, EgressNetwork network)
    {
        _policy = policy;
        _client = new(new HttpMessageInvoker(CreateHandler(policy, network)));
    }

    /// <summary>The handler that makes the connections: only to what the policy admits, by the address that is dialled.</summary>
    /// <param name="policy">Which hosts may be called.</param>
    public static SocketsHttpHandler CreateHandler(EgressPolicy policy) => CreateHandler(policy, EgressNetwork.System);

    private static SocketsHttpHandler CreateHandler(EgressPolicy policy, EgressNetwork network) => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        EnableMultipleHttp2Connections = true,
        ConnectCallback = new EgressDialer(policy, network).DialAsync,
        PlaintextStreamFilter = static (context, _) =>
            new(context.NegotiatedHttpVersion < HttpVersion.Version20 ? new DuplexConnection(context.PlaintextStream) : context.PlaintextStream),
        SslOptions = network.Tls,
        // Field values are bytes; Latin-1 carries each byte as it is.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
    };

    // Whoever puts another handler at the end, or lets this one connect or redirect by itself, has left the policy out.
    private static HttpMessageHandler Checked(HttpMessageHandler chain, EgressPolicy policy)
    {
        var last = chain;
        while (last is DelegatingHandler { InnerHandler: { } inner })
        {
            last = inner;
        }
        return last is SocketsHttpHandler { UseProxy: false, AllowAutoRedirect: false, ConnectCallback.Target: EgressDialer dialer } && dialer.Policy == policy
            ? chain
            : throw new InvalidOperationException(
                "The handlers of outgoing calls must end with the one that dials within the policy: add handlers before it, and do not replace or change it.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    /// <summary>Starts a request.</summary>
    internal Result<FutureIncomingResponse, ErrorCode> Send(WasiContext wasi, OutgoingRequest request, RequestOptions? options)
    {
        var scheme = request.Scheme()?.ToString().ToLowerInvariant() ?? "https";
        if (UriOf(scheme, request) is not { } uri)
        {
            return Refuse(wasi, "HTTP-request-URI-invalid", request, "it is no host of an http or https URL");
        }
        if (request.Method().ToString().Equals("CONNECT", StringComparison.OrdinalIgnoreCase))
        {
            // A tunnel would lead past the policy.
            return Refuse(wasi, "HTTP-request-method-invalid", request, "the method CONNECT makes tunnels");
        }
        if (!HasHonestLength(request))
        {
            return Refuse(wasi, "HTTP-request-body-size", request, "its content-length is not that of a body");
        }
        if (!_policy.Allows(scheme, uri.IdnHost, uri.Port))
        {
            return Refuse(wasi, "HTTP-request-denied", _policy.NotAllowed(uri));
        }
        var share = new BudgetShare(wasi.Budget, LimitedResource.Requests);
        share.Charge(WasiLimits.OutgoingRequestBytes + (request.RequestedBody is null ? 0 : WasiLimits.OutgoingBodyBytes));
        if (!wasi.Outgoing.TryBegin())
        {
            share.Dispose();
            return Refuse(wasi, "connection-limit-reached", new(
                EgressRefusalReason.TooManyRequests, uri.Authority,
                string.Create(CultureInfo.InvariantCulture, $"{WasiLimits.OutgoingRequests} requests of this guest are under way")));
        }
        var message = new HttpRequestMessage(new HttpMethod(request.Method().ToString()), uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Options.Set(EgressDialer.ConnectTimeout, RequestOptions.ToTimeSpan(options?.ConnectTimeout()));
        message.Options.Set(EgressDialer.Share, wasi.Outgoing);
        var exchange = new OutgoingExchange(Encoding.ASCII.GetBytes(message.Method.Method));
        if (request.RequestedBody is { IsKnownToBeEmpty: false } body)
        {
            message.Content = new OutgoingContent(body, exchange, () => LeaveOutTrailers(wasi, uri));
            if (body.KnownLength is { } length)
            {
                message.Content.Headers.ContentLength = length;
            }
        }
        CopyHeaders(request.Fields, message);
        request.Sent();
        var span = OutgoingSpan.Start(message.Method.Method, uri, wasi.Trace.IsOwn ? wasi.Trace.Span : Activity.Current);
        foreach (var (name, value) in span is null ? wasi.PropagatedHeaders : OutgoingSpan.Headers(span))
        {
            if (!request.Fields.Has(name))
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }
        }
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(wasi.CancellationToken);
        return new FutureIncomingResponse(SendAsync(message, exchange, options, span, wasi, share, cancellation), cancellation);
    }

    /// <summary>Makes a request whose body and answer are in memory, for callers that are no guests.</summary>
    /// <exception cref="OutgoingRefusedException">The policy does not allow it.</exception>
    /// <exception cref="HttpRequestException">There is no answer.</exception>
    internal async Task<OutgoingAnswer> FetchAsync(OutgoingFetch fetch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fetch);
        var uri = fetch.Url;
        if (!_policy.Allows(uri.Scheme, uri.IdnHost, uri.Port))
        {
            throw new OutgoingRefusedException(_policy.NotAllowed(uri));
        }
        using var message = MessageOf(fetch);
        message.Options.Set(EgressDialer.Share, fetch.Share);
        var span = OutgoingSpan.Start(fetch.Method, uri, Activity.Current);
        foreach (var (name, value) in span is null ? fetch.Propagated : OutgoingSpan.Headers(span))
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }
        OutgoingExchange.Current = new OutgoingExchange(Encoding.ASCII.GetBytes(fetch.Method));
        try
        {
            using var response = await _client.Value.SendAsync(message, cancellationToken).ConfigureAwait(false);
            var body = await ReadAsync(response, fetch.Admit, cancellationToken).ConfigureAwait(false);
            OutgoingSpan.Answered(span, (int)response.StatusCode);
            return new OutgoingAnswer((int)response.StatusCode, FieldsOf(response), body);
        }
        catch (Exception exception)
        {
            OutgoingSpan.Failed(span, exception);
            throw EgressRefusedException.In(exception) is { } refusal ? new OutgoingRefusedException(refusal) : exception;
        }
    }

    private static HttpRequestMessage MessageOf(OutgoingFetch fetch)
    {
        var message = new HttpRequestMessage(
            new HttpMethod(fetch.Method), fetch.Url)
        { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        // Of an empty one the client says the length where the method has one (RFC 9110, 8.6).
        if (fetch.Body is { Length: > 0 } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
        }
        foreach (var (name, value) in fetch.Headers)
        {
            if (!Fields.IsOfConnection(name) && !name.Equals("content-length", StringComparison.OrdinalIgnoreCase)
                && !message.Headers.TryAddWithoutValidation(name, value))
            {
                (message.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, value);
            }
        }
        return message;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, Action<int> admit, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var piece = new byte[16 << 10];
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        while (await stream.ReadAsync(piece, cancellationToken).ConfigureAwait(false) is var count and > 0)
        {
            // Twice: the room grows by doubling.
            admit(2 * count);
            kept.Write(piece, 0, count);
        }
        return kept.GetBuffer().AsMemory(0, (int)kept.Length);
    }

    private static List<KeyValuePair<string, string>> FieldsOf(HttpResponseMessage response) =>
    [
        .. from field in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
           from value in field.Value
           select new KeyValuePair<string, string>(field.Key.ToLowerInvariant(), value),
    ];

    private void LeaveOutTrailers(WasiContext wasi, Uri uri)
    {
        if (Interlocked.Exchange(ref _haveTrailersBeenLeftOut, 1) == 0)
        {
            wasi.Surroundings?.OutgoingTrailersLeftOut(uri.IdnHost);
        }
    }

    private static ErrorCode Refuse(WasiContext wasi, string error, OutgoingRequest request, string detail) =>
        Refuse(wasi, error, new EgressRefusal(EgressRefusalReason.InvalidRequest, request.Authority() ?? "", detail));

    private static ErrorCode Refuse(WasiContext wasi, string error, EgressRefusal refusal)
    {
        wasi.Surroundings?.OutgoingRefused(refusal);
        return ErrorCode.Of(error);
    }

    // User information and percent-encoding (zones of IPv6 too) have no use in an authority but to disguise it.
    private static Uri? UriOf(string scheme, OutgoingRequest request) =>
        scheme is "http" or "https" && request.Authority() is { } authority && !authority.AsSpan().ContainsAny('@', '%')
        && Uri.TryCreate(
            $"{scheme}://{authority}{PathOf(request)}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }, out var uri)
        && uri.IdnHost.Length > 0
            ? uri
            : null;

    // A length that is none, is given twice, or is not the body's would let the two sides of a connection disagree on where a request ends.
    private static bool HasHonestLength(OutgoingRequest request) => request.Fields.Get("content-length") switch
    {
        [] => true,
        [_] => request.Fields.ContentLength is { } length and <= long.MaxValue && (length == 0 || request.RequestedBody is not null),
        _ => false,
    };

    private static string PathOf(OutgoingRequest request)
    {
        var path = request.PathWithQuery();
        return string.IsNullOrEmpty(path) ? "/" : path[0] is '/' ? path : "/" + path;
    }

    private static void CopyHeaders(Fields headers, HttpRequestMessage message)
    {
        foreach (var (name, value) in headers.List)
        {
            if (Fields.IsOfConnection(name) || !HttpTokens.IsFieldValue(value))
            {
                // Copied from what a client or another server sent, such as its host.
                continue;
            }
            var text = Encoding.Latin1.GetString(value);
            if (!message.Headers.TryAddWithoutValidation(name, text))
            {
                (message.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, text);
            }
        }
    }

    private async Task<IncomingResponse> SendAsync(
        HttpRequestMessage message, OutgoingExchange exchange, RequestOptions? options, Activity? span, WasiContext wasi, BudgetShare share,
        CancellationTokenSource cancellation)
    {
        try
        {
            var response = await SendAsync(message, exchange, options, share, cancellation).ConfigureAwait(false);
            OutgoingSpan.Answered(span, response.Status());
            return response;
        }
        catch (Exception exception)
        {
            share.Dispose();
            OutgoingSpan.Failed(span, exception);
            if (EgressRefusedException.In(exception) is { } refusal)
            {
                wasi.Surroundings?.OutgoingRefused(refusal);
            }
            throw;
        }
        finally
        {
            wasi.Outgoing.End();
        }
    }

    private async Task<IncomingResponse> SendAsync(
        HttpRequestMessage message, OutgoingExchange exchange, RequestOptions? options, BudgetShare share, CancellationTokenSource cancellation)
    {
        using (message)
        {
            OutgoingExchange.Current = exchange;
            var token = cancellation.Token;
            using var firstByte = CancellationTokenSource.CreateLinkedTokenSource(token);
            if (RequestOptions.ToTimeSpan(options?.FirstByteTimeout()) is { } timeout)
            {
                firstByte.CancelAfter(timeout);
            }
            HttpResponseMessage response;
            try
            {
                response = await _client.Value.SendAsync(message, firstByte.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested && firstByte.IsCancellationRequested)
            {
                throw new OutgoingRequestException(ErrorCode.Of("HTTP-response-timeout"), "no response within first-byte-timeout");
            }
            catch (Exception) when (exchange.Content?.Failure is { } failure)
            {
                throw new OutgoingRequestException(failure.ErrorCode, failure.Message);
            }
            var body = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
            if (RequestOptions.ToTimeSpan(options?.BetweenBytesTimeout()) is { } between)
            {
                body = new IdleTimeoutStream(body, between);
            }
            return new IncomingResponse(response, body, share, exchange.EndsItsConnection);
        }
    }
}
