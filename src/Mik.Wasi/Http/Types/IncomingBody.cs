using System.IO.Pipelines;
using Mik.Components.HostBinding;
using Mik.Wasi.Io.Streams;

namespace Mik.Wasi.Http.Types;

/// <summary><c>wasi:http/types</c>: <c>resource incoming-body</c>, a body that arrives.</summary>
/// <param name="reader">Where the bytes come from.</param>
/// <param name="trailers">The trailers, once the body has been read.</param>
/// <param name="release">Gives back what the body comes from; called when nobody can read it any more.</param>
[WitResource("wasi:http/types", "incoming-body")]
internal sealed class IncomingBody(PipeReader reader, Func<Fields?> trailers, Action? release = null) : IDisposable
{
    private PipeInputStream? _stream;

    /// <summary><c>stream: func() -> result&lt;input-stream&gt;</c></summary>
    [WitFunction("[method]incoming-body.stream")]
    public Result<InputStream, Unit> OpenStream()
    {
        if (_stream is not null)
        {
            return default(Unit);
        }
        return _stream = new PipeInputStream(reader);
    }

    /// <summary><c>finish: static func(this: incoming-body) -> future-trailers</c></summary>
    public static FutureTrailers Finish(IncomingBody @this) =>
        new(@this._stream ?? new PipeInputStream(@this.Reader), @this.Trailers, @this.Release);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream?.Dispose();
        release?.Invoke();
    }

    private PipeReader Reader => reader;

    private Func<Fields?> Trailers => trailers;

    private Action? Release => release;
}
