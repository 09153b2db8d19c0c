using System.IO.Pipelines;
using System.Text;
using Mik.Components.HostBinding;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Http.Types;

/// <summary><c>wasi:http/types</c>: <c>resource incoming-response</c>, the answer to a guest's request.</summary>
[WitResource("wasi:http/types", "incoming-response")]
internal sealed class IncomingResponse : IDisposable
{
    private readonly HttpResponseMessage _message;
    private readonly PipeReader _body;
    private readonly BudgetShare? _share;
    private readonly bool _isClosedHere;
    private Fields? _headers;
    private bool _isConsumed;

    /// <summary>Wraps a response whose head has arrived.</summary>
    /// <param name="message">The response; disposed with this.</param>
    /// <param name="body">The body's stream.</param>
    /// <param name="share">What the request has taken of the guest's budget; given back when its connection is.</param>
    /// <param name="isClosedHere">Whether its first <c>connection</c> field was put there on the way, and not by the server.</param>
    public IncomingResponse(HttpResponseMessage message, Stream body, BudgetShare? share = null, bool isClosedHere = false)
    {
        _message = message;
        _share = share;
        _body = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 16 * 1024));
        _isClosedHere = isClosedHere;
    }

    /// <summary><c>status: func() -> status-code</c></summary>
    public ushort Status() => (ushort)_message.StatusCode;

    /// <summary><c>headers: func() -> headers</c></summary>
    public Fields Headers(WasiContext wasi) => (_headers ??= Fields.Received(Head(), wasi.Budget)).View();

    /// <summary><c>consume: func() -> result&lt;incoming-body&gt;</c></summary>
    public Result<IncomingBody, Unit> Consume(WasiContext wasi)
    {
        if (_isConsumed)
        {
            return default(Unit);
        }
        _isConsumed = true;
        return new IncomingBody(
            _body, () => _message.TrailingHeaders.Any() ? Fields.Received(ListOf(_message.TrailingHeaders.NonValidated), wasi.Budget) : null, Release);
    }

    /// <inheritdoc/>
    /// <remarks>A consumed body outlives its response, and then gives the connection back itself.</remarks>
    public void Dispose()
    {
        _headers?.Dispose();
        if (!_isConsumed)
        {
            Release();
        }
    }

    /// <summary>The body.</summary>
    internal PipeReader Body => _body;

    /// <summary>The fields, which are somebody else's from now on, as the body is.</summary>
    internal Fields TakeHead(ResourceBudget budget)
    {
        _isConsumed = true;
        return Fields.Received(Head(), budget);
    }

    /// <summary>The trailers, after the end of the body.</summary>
    internal IEnumerable<KeyValuePair<string, byte[]>> TrailerList() => ListOf(_message.TrailingHeaders.NonValidated);

    private IEnumerable<KeyValuePair<string, byte[]>> Head()
    {
        var head = ListOf(_message.Headers.NonValidated);
        if (_isClosedHere)
        {
            var own = _message.Headers.NonValidated.TakeWhile(
                field => !field.Key.Equals("connection", StringComparison.OrdinalIgnoreCase)).Sum(field => field.Value.Count);
            head = head.Where((_, index) => index != own);
        }
        return head.Concat(ListOf(_message.Content.Headers.NonValidated));
    }

    /// <summary>Gives the connection back.</summary>
    // A read under way is ended first: two readers of one connection would lose count of its bytes.
    internal void Release()
    {
        _body.CancelPendingRead();
        _message.Dispose();
        _share?.Dispose();
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
