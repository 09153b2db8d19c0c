using System.IO.Pipelines;
using Mik.Components.HostBinding;
using Mik.Wasi.Http.Types;
using Mik.Wasi.Io.V03;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Http.V03;

/// <summary>Messages that came over the network, whose body is read as the guest asks for it.</summary>
internal static class ArrivedBody
{
    /// <summary>The request that the guest answers.</summary>
    public static Message MessageOf(WasiContext wasi, HttpExchange exchange) =>
        MessageOf(wasi, Types.Fields.Received(exchange.RequestHeaders), exchange.RequestBody, () => exchange.RequestTrailers?.Invoke() ?? [], null, null);

    /// <summary>The answer to a request of the guest.</summary>
    public static Message MessageOf(WasiContext wasi, IncomingResponse answer) =>
        MessageOf(wasi, answer.TakeHead(wasi.Budget), answer.Body, answer.TrailerList, wasi.Budget, answer.Release);

    /// <summary>What came back from behind a middleware.</summary>
    public static Message MessageOf(WasiContext wasi, NextAnswer answer) =>
        MessageOf(wasi, Types.Fields.Received(answer.Headers, wasi.Budget), answer.Body, answer.Trailers, wasi.Budget, answer.Release);

    /// <summary>A message with a body from a pipe.</summary>
    /// <param name="wasi">What it ends with.</param>
    /// <param name="fields">Its fields.</param>
    /// <param name="reader">The body.</param>
    /// <param name="trailers">Gives the trailers, after the body's end.</param>
    /// <param name="budget">What the trailers draw on.</param>
    /// <param name="release">Gives back what the body comes from.</param>
    private static Message MessageOf(
        WasiContext wasi, Types.Fields fields, PipeReader reader, Func<IEnumerable<KeyValuePair<string, byte[]>>> trailers, ResourceBudget? budget,
        Action? release)
    {
        var end = new GuestFuture<Result<Fields?, ErrorCode>>();
        var source = new PipeSource(wasi.Tasks, reader, failure =>
        {
            end.Resolve(failure is { } error
            ? Result<Fields?, ErrorCode>.Err(ErrorCodes.OfBody(error))
            : Result<Fields?, ErrorCode>.Ok(FieldsOf(trailers(), budget)));
            release?.Invoke();
        });
        return new Message(fields, new GuestStream(source), end, null);
    }

    private static Fields? FieldsOf(IEnumerable<KeyValuePair<string, byte[]>> trailers, ResourceBudget? budget) =>
        trailers.Any() ? new Fields(Types.Fields.Received(trailers, budget)) : null;
}
