using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Mik.AspNetCore.Fields;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Types;

namespace Mik.AspNetCore.Passing;

/// <summary>
/// The response to a request that a middleware passed on: its head is the middleware's with the first flush, its body streams through a pipe.
/// </summary>
/// <param name="encoding">How the values of fields are bytes.</param>
/// <param name="abandoned">Called when the middleware lets go of the body before its end.</param>
internal sealed class PassedResponse(FieldEncoding encoding, Action abandoned) : IHttpResponseFeature, IHttpResponseBodyFeature, IHttpResponseTrailersFeature
{
    private const int PipeBytes = 64 << 10;

    private static readonly PipeOptions Options = new(pauseWriterThreshold: PipeBytes, resumeWriterThreshold: PipeBytes / 2, useSynchronizationContext: false);

    private readonly Pipe _pipe = new(Options);
    private readonly TaskCompletionSource<NextAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Stack<(Func<object, Task> Callback, object State)>? _starting;
    private Stack<(Func<object, Task> Callback, object State)>? _completed;
    private PassedResponseWriter? _writer;
    private Stream? _stream;
    private int _isEnded;

    /// <summary>The answer, as soon as its head is there.</summary>
    public Task<NextAnswer> Answer => _answer.Task;

    /// <inheritdoc/>
    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    /// <inheritdoc/>
    public string? ReasonPhrase { get; set; }

    /// <inheritdoc/>
    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    /// <inheritdoc/>
    public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

    /// <inheritdoc/>
    public bool HasStarted { get; private set; }

    /// <inheritdoc/>
    public PipeWriter Writer => _writer ??= new PassedResponseWriter(this, _pipe.Writer);

    /// <inheritdoc/>
    public Stream Stream => _stream ??= Writer.AsStream(leaveOpen: true);

    /// <inheritdoc/>
    Stream IHttpResponseFeature.Body
    {
        get => Stream;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public void OnStarting(Func<object, Task> callback, object state) => (_starting ??= new()).Push((callback, state));

    /// <inheritdoc/>
    public void OnCompleted(Func<object, Task> callback, object state) => (_completed ??= new()).Push((callback, state));

    /// <inheritdoc/>
    public void DisableBuffering()
    {
    }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (HasStarted)
        {
            return;
        }

        while (_starting is not null && _starting.TryPop(out var next))
        {
            await next.Callback(next.State);
        }

        HasStarted = true;
        _answer.TrySetResult(new NextAnswer
        {
            Status = (ushort)StatusCode,
            Headers = Fields(Headers),
            Body = _pipe.Reader,
            Trailers = () => Fields(Trailers),
            Release = Release,
        });
    }

    /// <inheritdoc/>
    public async Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        await StartAsync(cancellationToken);
        await SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task CompleteAsync()
    {
        await StartAsync();
        if (Interlocked.Exchange(ref _isEnded, 1) != 0)
        {
            return;
        }

        _pipe.Writer.Complete();
        while (_completed is not null && _completed.TryPop(out var next))
        {
            await next.Callback(next.State);
        }
    }

    /// <summary>There is an error code in place of a response.</summary>
    public void Fail(ErrorCode error)
    {
        if (!_answer.TrySetResult(new NextAnswer { Error = error }))
        {
            Cut();
        }
    }

    /// <summary>The response is not whole, and never will be.</summary>
    public void Cut()
    {
        _answer.TrySetResult(new NextAnswer { Error = ErrorCode.Of("HTTP-response-incomplete") });
        if (Interlocked.Exchange(ref _isEnded, 1) == 0)
        {
            _pipe.Writer.Complete(new IOException("the response was broken off"));
        }
    }

    private void Release()
    {
        _pipe.Reader.Complete();
        if (Volatile.Read(ref _isEnded) == 0)
        {
            abandoned();
        }
    }

    private KeyValuePair<string, byte[]>[] Fields(IHeaderDictionary headers) =>
    [
        .. from header in headers
           from value in header.Value
           select new KeyValuePair<string, byte[]>(header.Key, value is null ? [] : encoding.ResponseBytesOf(header.Key, value)),
    ];
}
