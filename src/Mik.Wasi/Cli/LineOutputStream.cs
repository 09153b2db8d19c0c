using System.Text;
using Mik.Components.HostBinding;
using Mik.Wasi.Io.Streams;

namespace Mik.Wasi.Cli;

/// <summary>
/// Standard output or error: gives whole lines to the host. Several handles share one stream, so dropping one ends nothing. A guest that keeps its handle
/// from one request to another writes for the one that runs.
/// </summary>
internal sealed class LineOutputStream(WasiContext wasi, bool isError) : OutputStream
{
    // Decoded at a time, on the stack.
    private const int PieceBytes = 1024;

    private readonly IGuestSurroundings? _surroundings = wasi.Surroundings;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _line = new();
    private bool _isSkipping;

    /// <inheritdoc/>
    public override Result<ulong, StreamError> CheckWrite() => (ulong)WasiLimits.WriteBudgetBytes;

    /// <inheritdoc/>
    public override Result<Unit, StreamError> Flush() => default(Unit);

    /// <inheritdoc/>
    protected override bool IsReady() => true;

    /// <inheritdoc/>
    protected override Task WhenReady() => Task.CompletedTask;

    /// <summary>Gives out an unfinished last line.</summary>
    public void End()
    {
        if (_line.Length > 0)
        {
            Give();
        }
    }

    /// <inheritdoc/>
    protected override Result<Unit, StreamError> Append(ReadOnlySpan<byte> contents)
    {
        if (wasi.Current is var current && current != wasi)
        {
            return current.LinesOf(isError).Append(contents);
        }
        while (_surroundings is not null && !contents.IsEmpty)
        {
            if (!_surroundings.TakesOutput)
            {
                LeaveOut(contents.Length);
                break;
            }
            var piece = contents[..Math.Min(contents.Length, PieceBytes)];
            contents = contents[piece.Length..];
            Take(_isSkipping ? AfterLineEnd(piece) : piece);
        }
        return default(Unit);
    }

    private void Take(ReadOnlySpan<byte> piece)
    {
        Span<char> decoded = stackalloc char[PieceBytes + 1];
        ReadOnlySpan<char> characters = decoded[.._decoder.GetChars(piece, decoded, flush: false)];
        while (!characters.IsEmpty)
        {
            var end = characters.IndexOf('\n');
            Add(end < 0 ? characters : characters[..end]);
            if (end < 0)
            {
                return;
            }
            Give();
            characters = characters[(end + 1)..];
        }
    }

    private void Add(ReadOnlySpan<char> text)
    {
        if (_line.Length + text.Length <= WasiLimits.LineCharacters && !text.Contains('\r'))
        {
            _line.Append(text);
            return;
        }
        foreach (var character in text)
        {
            if (character == '\r')
            {
                continue;
            }
            if (_line.Length >= WasiLimits.LineCharacters)
            {
                Give();
            }
            _line.Append(character);
        }
    }

    /// <summary>The host takes no more: what there is of a line goes with it, and the rest of that line as well, should the host take more again.</summary>
    private void LeaveOut(int bytes)
    {
        _surroundings!.LeaveOut(bytes + _line.Length);
        _line.Clear();
        _decoder.Reset();
        _isSkipping = true;
    }

    private ReadOnlySpan<byte> AfterLineEnd(ReadOnlySpan<byte> piece)
    {
        var end = piece.IndexOf((byte)'\n');
        _isSkipping = end < 0;
        var rest = end < 0 ? [] : piece[(end + 1)..];
        _surroundings!.LeaveOut(piece.Length - rest.Length);
        return rest;
    }

    private void Give()
    {
        var line = _line.ToString();
        _line.Clear();
        if (isError)
        {
            _surroundings!.Error(line);
        }
        else
        {
            _surroundings!.Output(line);
        }
    }
}
