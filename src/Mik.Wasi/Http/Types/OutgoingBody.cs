using System.IO.Pipelines;
using Mik.Components.HostBinding;
using Mik.Wasi.Io;
using Mik.Wasi.Io.Streams;
using Mik.Wasm.Execution;

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

/// <summary>Is told of the end of a body.</summary>
internal interface IBodyEnd
{
    /// <summary>The body's state has left <see cref="OutgoingBodyState.Open"/>.</summary>
    /// <param name="wasi">The guest's world; null when it is dropped.</param>
    void End(WasiContext? wasi);
}

/// <summary><c>wasi:http/types</c>: <c>resource outgoing-body</c>, a body that the guest writes.</summary>
[WitResource("wasi:http/types", "outgoing-body")]
internal sealed class OutgoingBody : IBodyLength, IDisposable
{
    private readonly Fields _headers;
    private readonly OutgoingResponse? _response;
    private readonly PipeOutputStream _stream;
    private bool _isOpened;
    private ulong? _declaredLength;
    private string? _lengthFault;

    /// <summary>Makes the body of a message.</summary>
    /// <param name="headers">The message's fields; their <c>content-length</c> is held against what is written.</param>
    /// <param name="response">The response whose body it is; null for the body of a request.</param>
    /// <param name="budget">What bytes draw on that are written before the message is sent.</param>
    public OutgoingBody(Fields headers, OutgoingResponse? response = null, ResourceBudget? budget = null)
    {
        _headers = headers;
        _response = response;
        _stream = new PipeOutputStream(this, response is null ? "outgoing-handler.handle" : "response-outparam.set", budget);
    }

    /// <summary>How the body stands.</summary>
    public OutgoingBodyState State { get; private set; }

    /// <summary>The trailers that the guest finished with, or null.</summary>
    public Fields? Trailers { get; private set; }

    /// <summary>Is told when the state leaves <see cref="OutgoingBodyState.Open"/>.</summary>
    public IBodyEnd? Ended { get; set; }

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
            var error = @this.WrongLength(declared);
            @this.End(OutgoingBodyState.Broken, wasi);
            return error;
        }
        @this.Trailers = trailers?.Freeze();
        @this.End(OutgoingBodyState.Finished, wasi);
        return default(Unit);
    }

    /// <summary>Checks, when the guest has returned, that the response is whole.</summary>
    /// <returns>What the guest's author should hear of, though it is; or null.</returns>
    /// <exception cref="InvalidResponseException">The body has not the length that was declared.</exception>
    /// <exception cref="IncompleteBodyException">It was not finished.</exception>
    internal string? CheckWhole()
    {
        if (State == OutgoingBodyState.Finished)
        {
            return null;
        }
        if (Fault is { } fault)
        {
            throw fault;
        }
        var written = _stream.BytesWritten;
        if (HasContent)
        {
            if (written != (DeclaredLength ?? 0))
            {
                throw new IncompleteBodyException(DeclaredLength is { } declared
                    ? $"it returned without finishing its body, of which it wrote {written} bytes where its content-length is {declared}"
                    : $"it returned without finishing its body, of which it wrote {written} bytes");
            }
        }
        return $"the handler returned without finishing its body, of which it wrote {written} bytes: taken as whole, since nothing can be missing";
    }

    /// <summary>Why the message can no longer be whole, or null.</summary>
    internal Exception? Fault =>
        !HasContent ? null
        : _lengthFault is { } fault ? new InvalidResponseException(fault)
        : State == OutgoingBodyState.Broken ? new IncompleteBodyException($"it dropped its body after {_stream.BytesWritten} bytes without finishing it")
        : null;

    /// <summary>Connects the body with the message's pipe.</summary>
    internal void Attach(PipeWriter writer) => _stream.Attach(writer);

    /// <summary>Nobody takes more of it: the guest's next write finds the stream closed. Called on any thread.</summary>
    internal void EndEarly() => _stream.EndEarly();

    /// <summary>Nobody will take the body.</summary>
    internal void Abandon()
    {
        _stream.Abandon();
        Trailers?.Dispose();
    }

    /// <summary>What was written before the message was sent is on its way.</summary>
    internal void GiveBack() => _stream.GiveBack();

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Abandon();
        End(OutgoingBodyState.Broken, null);
    }

    /// <summary>Whether the body is sent. What is not sent cannot have a wrong length.</summary>
    private bool HasContent => _response is null || _response.Framing.HasContent;

    private ulong? DeclaredLength => HasContent ? _declaredLength ??= _headers.ContentLength : null;

    private ErrorCode WrongLength(ulong declared)
    {
        _lengthFault = $"it wrote {_stream.BytesWritten} bytes where its content-length is {declared}";
        _response?.Report(_lengthFault);
        return ErrorCode.Of(_response is null ? "HTTP-request-body-size" : "HTTP-response-body-size", _stream.BytesWritten);
    }

    private void End(OutgoingBodyState state, WasiContext? wasi)
    {
        if (State == OutgoingBodyState.Open)
        {
            State = state;
            Ended?.End(wasi);
        }
    }

    /// <inheritdoc/>
    IoError? IBodyLength.Check()
    {
        if (DeclaredLength is not { } declared || _stream.BytesWritten <= declared)
        {
            return null;
        }
        var error = new IoError($"more than the {declared} bytes of content-length were written", WrongLength(declared));
        if (_response is not null)
        {
            End(OutgoingBodyState.Broken, null);
        }
        return error;
    }
}
