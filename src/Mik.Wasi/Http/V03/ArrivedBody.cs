using System.IO.Pipelines;
using Mik.Components.HostBinding;
using Mik.Components.Runtime;
using Mik.Wasi.Http.Types;
using Mik.Wasi.Io;
using Mik.Wasi.Io.V03;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Http.V03;

/// <summary>A body that came over the network. Its stream and its trailers are made when somebody takes it, and read as the guest asks for them.</summary>
internal sealed class ArrivedBody : IDisposable
{
    private readonly IHostWork _work;
    private readonly PipeReader _reader;
    private readonly Func<IEnumerable<KeyValuePair<string, byte[]>>>? _trailers;
    private readonly ResourceBudget? _budget;
    private readonly Action? _release;
    private GuestFuture<Result<Fields?, ErrorCode>>? _end;

    /// <summary>A body from a pipe.</summary>
    /// <param name="work">What it ends with.</param>
    /// <param name="reader">The body.</param>
    /// <param name="trailers">Gives the trailers, after the body's end; null is none.</param>
    /// <param name="budget">What the trailers draw on.</param>
    /// <param name="release">Gives back what the body comes from.</param>
    private ArrivedBody(
        IHostWork work, PipeReader reader, Func<IEnumerable<KeyValuePair<string, byte[]>>>? trailers, ResourceBudget? budget, Action? release)
    {
        (_work, _reader, _trailers, _budget, _release) = (work, reader, trailers, budget, release);
        work.Own(this);
    }

    /// <summary>Whether there may be anything in it.</summary>
    public bool MayHaveContents { get; private init; } = true;

    /// <summary>Whether its call was over, or it was dropped, before somebody took it.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The request that the guest answers. Its fields are read when somebody asks for them.</summary>
    public static Message MessageOf(WasiContext wasi, HttpExchange exchange) =>
        new(
            exchange.RequestHeaders,
            new ArrivedBody(wasi.Tasks, exchange.RequestBody, exchange.RequestTrailers, null, null) { MayHaveContents = exchange.MayHaveRequestBody });

    /// <summary>The answer to a request of the guest.</summary>
    public static Message MessageOf(WasiContext wasi, IncomingResponse answer) =>
        new(answer.TakeHead(wasi.Budget), new ArrivedBody(wasi.Tasks, answer.Body, answer.TrailerList, wasi.Budget, answer.Release));

    /// <summary>What came back from behind a middleware.</summary>
    public static Message MessageOf(WasiContext wasi, NextAnswer answer) =>
        new(
            Types.Fields.Received(answer.Headers, wasi.Budget),
            new ArrivedBody(wasi.Tasks, answer.Body, answer.Trailers, wasi.Budget, answer.Release));

    /// <summary>Somebody takes it.</summary>
    public (GuestStream Contents, GuestFuture<Result<Fields?, ErrorCode>> Trailers) Take()
    {
        _end = new GuestFuture<Result<Fields?, ErrorCode>>();
        if (IsOver)
        {
            _end.Resolve(Result<Fields?, ErrorCode>.Ok(null));
            return (GuestStream.Empty(), _end);
        }
        _work.Disown(this);
        return (new GuestStream(new PipeSource(_work, _reader, End)), _end);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!IsOver && _end is null)
        {
            IsOver = true;
            _work.Disown(this);
            _release?.Invoke();
        }
    }

    private void End(IoError? failure)
    {
        _end!.Resolve(failure is { } error ? Result<Fields?, ErrorCode>.Err(ErrorCodes.OfBody(error)) : Result<Fields?, ErrorCode>.Ok(Trailers()));
        _release?.Invoke();
    }

    private Fields? Trailers() =>
        _trailers?.Invoke() is { } trailers && trailers.Any() ? new Fields(Types.Fields.Received(trailers, _budget)) : null;
}
