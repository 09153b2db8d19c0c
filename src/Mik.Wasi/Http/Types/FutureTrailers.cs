using Mik.Components.HostBinding;
using Mik.Wasi.Io;
using Mik.Wasi.Io.Streams;

namespace Mik.Wasi.Http.Types;

/// <summary><c>wasi:http/types</c>: <c>resource future-trailers</c>. What is left of the body is read and thrown away first.</summary>
[WitResource("wasi:http/types", "future-trailers")]
internal sealed class FutureTrailers(PipeInputStream body, Func<Fields?> trailers, Action? release = null) : IDisposable
{
    private bool _isTaken;

    /// <summary><c>subscribe: func() -> pollable</c></summary>
    public Pollable Subscribe() => new(IsReady, () => body.Subscribe().WhenReady());

    /// <summary><c>get: func() -> option&lt;result&lt;result&lt;option&lt;trailers&gt;, error-code&gt;&gt;&gt;</c></summary>
    public Result<Result<Fields?, ErrorCode>, Unit>? Get()
    {
        if (!IsReady())
        {
            return null;
        }
        if (_isTaken)
        {
            return default(Unit);
        }
        _isTaken = true;
        return body.Failure is { } failure
            ? Result<Fields?, ErrorCode>.Err(ErrorCodes.OfBody(failure))
            : Result<Fields?, ErrorCode>.Ok(trailers());
    }

    /// <inheritdoc/>
    public void Dispose() => release?.Invoke();

    private bool IsReady()
    {
        while (!body.IsAtEnd && body.Failure is null)
        {
            var read = body.Read(ulong.MaxValue);
            if (read.IsOk && read.Value.IsEmpty)
            {
                return false;
            }
        }
        return true;
    }
}
