using System.IO.Pipelines;
using Mik.Components.HostBinding;
using Mik.Wasi.Io;
using Mik.Wasi.Io.Streams;

namespace Mik.Wasi.Http.Types;

/// <summary>How a body that the guest writes stands.</summary>
internal enum OutgoingBodyState
{
    /// <summary>More may come.</summary>
    Open,
    /// <summary>The guest finished it.</summary>
    Finished,
    /// <summary>The guest dropped it before finishing, or its length is wrong: the message must be cut.</summary>
    Broken,
}

/// <summary><c>wasi:http/types</c>: <c>resource outgoing-body</c>, a body that the guest writes.</summary>
[WitResource("wasi:http/types", "outgoing-body")]
internal sealed class OutgoingBody : IBodyLength, IDisposable
{
    private readonly Fields _headers;
    private readonly string _tooLong;
    private readonly PipeOutputStream _stream;
    private bool _isOpened;
    private ulong? _declaredLength;

    /// <summary>Makes the body of a message.</summary>
    /// <param name="headers">The message's fields; their <c>content-length</c> is held against what is written.</param>
    /// <param name="lengthError">The error code for a wrong length: <c>HTTP-request-body-size</c> or <c>HTTP-response-body-size</c>.</param>
    public OutgoingBody(Fields headers, string lengthError)
    {
        _headers = headers;
        _tooLong = lengthError;
        _stream = new PipeOutputStream(this);
    }

    /// <summary>How the body stands.</summary>
    public OutgoingBodyState State { get; private set; }

    /// <summary>The trailers that the guest finished with, or null.</summary>
    public Fields? Trailers { get; private set; }

    /// <summary>Called when the state leaves <see cref="OutgoingBodyState.Open"/>.</summary>
    public Action<WasiContext?>? Ended { get; set; }

    /// <summary>Whether it was finished with nothing in it.</summary>
    internal bool IsKnownToBeEmpty => KnownLength == 0;

    /// <summary>Its length, when it was finished and no trailers follow it.</summary>
    internal long? KnownLength => State == OutgoingBodyState.Finished && Trailers is not { List.Count: > 0 } ? (long)_stream.BytesWritten : null;

    /// <summary>The stream itself.</summary>
    internal PipeOutputStream Stream => _stream;

    /// <summary><c>write: func() -> result&lt;output-stream&gt;</c></summary>
    public Result<OutputStream, Unit> Write()
    {
        if (_isOpened)
        {
            return default(Unit);
        }
        _isOpened = true;
        return _stream;
    }

    /// <summary><c>finish: static func(this: outgoing-body, trailers: option&lt;trailers&gt;) -> result&lt;_, error-code&gt;</c></summary>
    public static Result<Unit, ErrorCode> Finish(WasiContext wasi, OutgoingBody @this, Fields? trailers)
    {
        @this._stream.Close();
        if (@this.DeclaredLength is { } declared && declared != @this._stream.BytesWritten)
        {
            @this.End(OutgoingBodyState.Broken, wasi);
            return ErrorCode.Of(@this._tooLong, @this._stream.BytesWritten);
        }
        @this.Trailers = trailers?.Freeze();
        @this.End(OutgoingBodyState.Finished, wasi);
        return default(Unit);
    }

    /// <summary>Connects the body with the message's pipe.</summary>
    internal void Attach(PipeWriter writer) => _stream.Attach(writer);

    /// <summary>Nobody takes more of it: the guest's next write finds the stream closed. Called on any thread.</summary>
    internal void EndEarly() => _stream.EndEarly();

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Close();
        End(OutgoingBodyState.Broken, null);
    }

    private ulong? DeclaredLength => _declaredLength ??= _headers.ContentLength;

    private void End(OutgoingBodyState state, WasiContext? wasi)
    {
        if (State == OutgoingBodyState.Open)
        {
            State = state;
            Ended?.Invoke(wasi);
        }
    }

    /// <inheritdoc/>
    IoError? IBodyLength.Check() => DeclaredLength is { } declared && _stream.BytesWritten > declared
        ? new IoError($"more than the {declared} bytes of content-length were written", ErrorCode.Of(_tooLong, _stream.BytesWritten))
        : null;
}
