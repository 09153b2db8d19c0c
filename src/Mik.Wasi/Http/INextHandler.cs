using System.IO.Pipelines;
using Mik.Wasi.Http.Types;

namespace Mik.Wasi.Http;

/// <summary>What stands behind a middleware: the handler, or another middleware.</summary>
public interface INextHandler
{
    /// <summary>Passes a request on.</summary>
    /// <param name="request">The request as the middleware made it.</param>
    /// <param name="cancellationToken">Cancelled when the middleware does not want the answer any more, until that is there.</param>
    /// <returns>The answer, whose body may still come.</returns>
    Task<NextAnswer> HandleAsync(NextRequest request, CancellationToken cancellationToken);
}

/// <summary>A request that a middleware passes on.</summary>
public sealed record NextRequest
{
    /// <summary>The method as it stands in a request line.</summary>
    public required string Method { get; init; }

    /// <summary><c>http</c> or <c>https</c>; null where the middleware set none.</summary>
    public string? Scheme { get; init; }

    /// <summary>Host and port, or null.</summary>
    public string? Authority { get; init; }

    /// <summary>Path and query.</summary>
    public required string PathWithQuery { get; init; }

    /// <summary>Header fields in order.</summary>
    public required IReadOnlyList<KeyValuePair<string, byte[]>> Headers { get; init; }

    /// <summary>The body; null when the request has none. Whoever takes the request completes it.</summary>
    public PipeReader? Body { get; init; }

    /// <summary>The trailers, asked for after the body has ended.</summary>
    public Func<IReadOnlyList<KeyValuePair<string, byte[]>>> Trailers { get; init; } = static () => [];

    /// <summary>Cancelled when the middleware itself is stopped.</summary>
    public CancellationToken Stopped { get; init; }
}

/// <summary>What a middleware gets from what stands behind it: a response, or an error code.</summary>
public sealed record NextAnswer
{
    /// <summary>The error instead of a response, or null.</summary>
    public ErrorCode? Error { get; init; }

    /// <summary>The status.</summary>
    public ushort Status { get; init; }

    /// <summary>Header fields in order.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]>> Headers { get; init; } = [];

    /// <summary>The body.</summary>
    public PipeReader Body { get; init; } = PipeReader.Create(Stream.Null);

    /// <summary>The trailers, asked for after the body has ended.</summary>
    public Func<IReadOnlyList<KeyValuePair<string, byte[]>>> Trailers { get; init; } = static () => [];

    /// <summary>Called once when nobody reads the body any more.</summary>
    public Action Release { get; init; } = static () => { };
}
