using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Mik.AspNetCore.Fields;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Types;

namespace Mik.AspNetCore.Passing;

/// <summary>
/// A request that a middleware passes on, as ASP.NET Core knows requests, and the way of the response back to it. Both bodies stream. It is aborted when
/// the middleware is stopped, does not want the answer any more, or lets go of its body before the end.
/// </summary>
internal sealed class PassedExchange : IDisposable
{
    private readonly CancellationTokenSource _aborted = new();
    private readonly NextRequest _request;
    private readonly PassedResponse _response;
    private readonly CancellationTokenRegistration _unwanted;
    private readonly CancellationTokenRegistration _stopped;

    /// <summary>A request that has not been handled.</summary>
    /// <param name="outer">The features of the middleware's own request, for what the passed one lacks; null is nothing.</param>
    /// <param name="request">What the middleware passes on.</param>
    /// <param name="encoding">How the values of fields are bytes.</param>
    /// <param name="unwanted">Cancelled when the middleware does not want the answer any more, until that is there.</param>
    public PassedExchange(IFeatureCollection? outer, NextRequest request, FieldEncoding encoding, CancellationToken unwanted)
    {
        _request = request;
        _response = new PassedResponse(encoding, Abort);
        var features = new FeatureCollection(outer ?? new FeatureCollection());
        features.Set<IHttpRequestFeature>(PassedRequest.Describe(request, encoding));
        features.Set<IRequestBodyPipeFeature>(new PassedRequestBody(request));
        features.Set<IHttpRequestBodyDetectionFeature>(new PassedRequestBody(request));
        features.Set<IHttpRequestTrailersFeature>(new PassedRequestTrailers(request, encoding));
        features.Set<IHttpRequestLifetimeFeature>(new Lifetime(this));
        features.Set<IHttpResponseFeature>(_response);
        features.Set<IHttpResponseBodyFeature>(_response);
        features.Set<IHttpResponseTrailersFeature>(_response);
        Http = new DefaultHttpContext(features);
        _unwanted = unwanted.UnsafeRegister(static exchange => ((PassedExchange)exchange!).AbortUnanswered(), this);
        _stopped = request.Stopped.UnsafeRegister(static exchange => ((PassedExchange)exchange!).Abort(), this);
    }

    /// <summary>Request and response as handlers know them.</summary>
    public HttpContext Http { get; }

    /// <summary>The answer, as soon as its head is there.</summary>
    public Task<NextAnswer> Answer => _response.Answer;

    /// <summary>Whoever handles it shall stop.</summary>
    public void Abort() => _aborted.Cancel();

    /// <summary>It was handled: the response is whole.</summary>
    public Task CompleteAsync()
    {
        End();
        return _response.CompleteAsync();
    }

    /// <summary>It was handled, with an error code in place of a response.</summary>
    public void Fail(ErrorCode error)
    {
        End();
        _response.Fail(error);
    }

    /// <summary>The response is not whole, and never will be.</summary>
    public void Cut()
    {
        End();
        _response.Cut();
    }

    /// <inheritdoc/>
    /// <remarks>When it has ended.</remarks>
    public void Dispose() => _aborted.Dispose();

    private void AbortUnanswered()
    {
        if (!Answer.IsCompleted)
        {
            Abort();
        }
    }

    // Whoever is writing the request's body learns that nobody reads on.
    private void End()
    {
        _unwanted.Dispose();
        _stopped.Dispose();
        _request.Body?.Complete();
    }

    private sealed class Lifetime(PassedExchange exchange) : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; } = exchange._aborted.Token;

        public void Abort()
        {
            exchange.Abort();
            exchange._response.Cut();
        }
    }
}
