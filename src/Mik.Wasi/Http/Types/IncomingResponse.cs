using System.IO.Pipelines;
using System.Text;
using Mik.Components.HostBinding;

namespace Mik.Wasi.Http.Types;

/// <summary><c>wasi:http/types</c>: <c>resource incoming-response</c>, the answer to a guest's request.</summary>
[WitResource("wasi:http/types", "incoming-response")]
internal sealed class IncomingResponse : IDisposable
{
    private readonly HttpResponseMessage _message;
    private readonly PipeReader _body;
    private readonly Fields _headers;
    private bool _isConsumed;

    /// <summary>Wraps a response whose head has arrived.</summary>
    /// <param name="message">The response; disposed with this.</param>
    /// <param name="body">The body's stream.</param>
    /// <param name="isClosedHere">Whether its first <c>connection</c> field was put there on the way, and not by the server.</param>
    public IncomingResponse(HttpResponseMessage message, Stream body, bool isClosedHere = false)
    {
        _message = message;
        _body = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 16 * 1024));
        var head = ListOf(message.Headers.NonValidated);
        if (isClosedHere)
        {
            var own = message.Headers.NonValidated.TakeWhile(field => !field.Key.Equals("connection", StringComparison.OrdinalIgnoreCase)).Sum(field => field.Value.Count);
            head = head.Where((_, index) => index != own);
        }
        _headers = Fields.Received(head.Concat(ListOf(message.Content.Headers.NonValidated)));
    }

    /// <summary><c>status: func() -> status-code</c></summary>
    public ushort Status() => (ushort)_message.StatusCode;

    /// <summary><c>headers: func() -> headers</c></summary>
    public Fields Headers() => _headers;

    /// <summary><c>consume: func() -> result&lt;incoming-body&gt;</c></summary>
    public Result<IncomingBody, Unit> Consume()
    {
        if (_isConsumed)
        {
            return default(Unit);
        }
        _isConsumed = true;
        return new IncomingBody(_body, () => _message.TrailingHeaders.Any() ? Fields.Received(ListOf(_message.TrailingHeaders.NonValidated)) : null, Release);
    }

    /// <inheritdoc/>
    /// <remarks>A consumed body outlives its response, and then gives the connection back itself.</remarks>
    public void Dispose()
    {
        if (!_isConsumed)
        {
            Release();
        }
    }

    // A read under way is ended first: two readers of one connection would lose count of its bytes.
    private void Release()
    {
        _body.CancelPendingRead();
        _message.Dispose();
    }

    private static IEnumerable<KeyValuePair<string, byte[]>> ListOf(System.Net.Http.Headers.HttpHeadersNonValidated headers)
    {
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
            {
                yield return new(name.ToLowerInvariant(), Encoding.Latin1.GetBytes(value));
            }
        }
    }
}
