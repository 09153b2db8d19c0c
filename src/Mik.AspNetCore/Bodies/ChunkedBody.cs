using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using Mik.AspNetCore.Fields;

namespace Mik.AspNetCore.Bodies;

/// <summary>
/// A chunked body with trailers for HTTP/1.1 (RFC 9112, 7.1), which Kestrel has for HTTP/2 only. Used when the client says that it takes
/// trailers. What is written between two advances becomes a chunk; its size is written into room that was kept before it.
/// </summary>
internal sealed class ChunkedBody(PipeWriter kestrel) : PipeWriter
{
    private const int SizeDigits = 8;
    private const int Before = SizeDigits + 2;
    private const int After = 2;

    private Memory<byte> _memory;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => kestrel.CanGetUnflushedBytes;

    /// <inheritdoc/>
    public override long UnflushedBytes => kestrel.UnflushedBytes;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        _memory = kestrel.GetMemory(Math.Max(sizeHint, 1) + Before + After);
        return _memory[Before..^After];
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        if (bytes == 0)
        {
            // A chunk of no bytes would end the body.
            return;
        }

        var chunk = _memory.Span[..(Before + bytes + After)];
        Utf8Formatter.TryFormat((uint)bytes, chunk, out _, new System.Buffers.StandardFormat('x', SizeDigits));
        "\r\n"u8.CopyTo(chunk[SizeDigits..]);
        "\r\n"u8.CopyTo(chunk[(Before + bytes)..]);
        kestrel.Advance(chunk.Length);
    }

    /// <summary>Ends the body with its trailers.</summary>
    public async Task EndAsync(IReadOnlyList<KeyValuePair<string, byte[]>> trailers, CancellationToken cancellationToken)
    {
        await kestrel.WriteAsync("0\r\n"u8.ToArray(), cancellationToken);
        foreach (var (name, value) in trailers.Where(trailer => ConnectionFields.MayTrail(trailer.Key)))
        {
            await kestrel.WriteAsync(Encoding.Latin1.GetBytes($"{name}: {Encoding.Latin1.GetString(value)}\r\n"), cancellationToken);
        }

        await kestrel.WriteAsync("\r\n"u8.ToArray(), cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => kestrel.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override void CancelPendingFlush() => kestrel.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
    }
}
