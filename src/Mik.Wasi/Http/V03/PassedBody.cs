using System.IO.Pipelines;
using Mik.Components.HostBinding;
using Mik.Wasi.Http.Types;
using Mik.Wasi.Io.V03;

namespace Mik.Wasi.Http.V03;

/// <summary>The body of a request on its way from a middleware to what stands behind it, with back-pressure in between.</summary>
internal sealed class PassedBody
{
    private static readonly PipeOptions Options = new(
        pauseWriterThreshold: WasiLimits.WriteBudgetBytes, resumeWriterThreshold: WasiLimits.WriteBudgetBytes / 2, useSynchronizationContext: false);

    private readonly WasiContext _wasi;
    private readonly Message _message;
    private readonly Pipe _pipe = new(Options);
    private readonly OutgoingBody _body;
    private readonly GuestFuture<Result<Fields?, ErrorCode>> _trailers;

    private PassedBody(WasiContext wasi, Message message, OutgoingBody body, GuestFuture<Result<Fields?, ErrorCode>> trailers)
    {
        _wasi = wasi;
        _message = message;
        _trailers = trailers;
        _body = body;
        _body.Attach(_pipe.Writer);
        wasi.RequestStreams.Add(_body.Stream);
    }

    /// <summary>Where it is read.</summary>
    public PipeReader Reader => _pipe.Reader;

    /// <summary>What comes after it, once it has ended.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]>> Trailers { get; private set; } = [];

    /// <summary>Takes a message's body; null when it has none.</summary>
    public static PassedBody? Of(WasiContext wasi, Message message)
    {
        if (!message.HasContents)
        {
            message.Take().Trailers.Dispose();
            message.EndTransmission(default(Unit));
            return null;
        }
        var (contents, trailers) = message.Take();
        var body = new PassedBody(wasi, message, new OutgoingBody(message.Fields), trailers);
        StreamPump.Connect(wasi.Tasks, contents, new OutputSink(body._body.Stream, body.EndContents));
        return body;
    }

    private void EndContents()
    {
        if (!_body.Stream.CheckWrite().IsOk)
        {
            // Its length is wrong, or nobody reads it any more.
            _trailers.Dispose();
            End(OutgoingBody.Finish(_wasi, _body, null), "the body was not passed on whole");
            return;
        }
        _trailers.WhenResolved(given => End(
            given.IsOk ? Finish(given.Value) : given.Error,
            "the body ended with an error"));
    }

    private Result<Unit, ErrorCode> Finish(Fields? trailers)
    {
        if (trailers is not null)
        {
            Trailers = [.. trailers.Inner.List];
        }
        return OutgoingBody.Finish(_wasi, _body, trailers?.Inner);
    }

    private void End(Result<Unit, ErrorCode> result, string fault)
    {
        _wasi.RequestStreams.Remove(_body.Stream);
        _pipe.Writer.Complete(result.IsOk ? null : new IOException(fault));
        _message.EndTransmission(result);
    }
}
