using System.IO.Pipelines;
using Mik.Wasi.Http.Types;

namespace Mik.Wasi.Http;

/// <summary>One request for a guest and the place for its response.</summary>
public sealed class HttpExchange
{
    /// <summary>The method as it stands in the request line.</summary>
    public required string Method { get; init; }

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>Host and port, or null.</summary>
    public string? Authority { get; init; }

    /// <summary>Path and query as the guest sees them, percent-encoding untouched.</summary>
    public required string PathWithQuery { get; init; }

    /// <summary>Header fields in order, names in lower case.</summary>
    public required IReadOnlyList<KeyValuePair<string, byte[]>> RequestHeaders { get; init; }

    /// <summary>The request's body.</summary>
    public required PipeReader RequestBody { get; init; }

    /// <summary>Whether there may be one: a request without is passed on without.</summary>
    public bool MayHaveRequestBody { get; init; } = true;

    /// <summary>The request's trailers, asked for after the body has ended.</summary>
    public Func<IReadOnlyList<KeyValuePair<string, byte[]>>>? RequestTrailers { get; init; }

    /// <summary>Takes the response.</summary>
    public required IResponseReceiver Response { get; init; }
}

/// <summary>Takes a guest's response. Called on the guest's thread.</summary>
public interface IResponseReceiver
{
    /// <summary>The head of the response; called at most once.</summary>
    void Start(int status, IReadOnlyList<KeyValuePair<string, byte[]>> headers);

    /// <summary>Where the body goes, after <see cref="Start"/>.</summary>
    PipeWriter Body { get; }

    /// <summary>The trailers, after the last byte of the body.</summary>
    void Trailers(IReadOnlyList<KeyValuePair<string, byte[]>> trailers);

    /// <summary>The guest has said all of its response, the trailers too, and runs on: the response may be ended now, on any thread.</summary>
    void Finish()
    {
    }

    /// <summary>The response can no longer be whole, and the guest runs on: it may be ended now, on any thread.</summary>
    /// <param name="failure">What is wrong with the response.</param>
    void Break(Exception failure)
    {
    }

    /// <summary>The guest answered with an error of its own instead of a response.</summary>
    void Fail(ErrorCode error);

    /// <summary>The guest does what its author should hear of.</summary>
    void Warn(string what)
    {
    }
}
