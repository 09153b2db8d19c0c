using System.Text;

namespace Mik.Wasi;

/// <summary>Standard output or error: makes whole lines of what the guest writes, and gives them to the host.</summary>
internal sealed class GuestLines(IGuestSurroundings? surroundings, bool isError)
{
    // Decoded at a time, on the stack.
    private const int PieceBytes = 1024;

    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _line = new();
    private bool _isSkipping;

    /// <summary>Takes what the guest writes.</summary>
    public void Write(ReadOnlySpan<byte> contents)
    {
        while (surroundings is not null && !contents.IsEmpty)
        {
            if (!surroundings.TakesOutput)
            {
                LeaveOut(contents.Length);
                break;
            }
            var piece = contents[..Math.Min(contents.Length, PieceBytes)];
            contents = contents[piece.Length..];
            Take(_isSkipping ? AfterLineEnd(piece) : piece);
        }
    }

    /// <summary>Gives out an unfinished last line.</summary>
    public void End()
    {
        if (_line.Length > 0)
        {
            Give();
        }
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
        surroundings!.LeaveOut(bytes + _line.Length);
        _line.Clear();
        _decoder.Reset();
        _isSkipping = true;
    }

    private ReadOnlySpan<byte> AfterLineEnd(ReadOnlySpan<byte> piece)
    {
        var end = piece.IndexOf((byte)'\n');
        _isSkipping = end < 0;
        var rest = end < 0 ? [] : piece[(end + 1)..];
        surroundings!.LeaveOut(piece.Length - rest.Length);
        return rest;
    }

    private void Give()
    {
        var line = _line.ToString();
        _line.Clear();
        if (isError)
        {
            surroundings!.Error(line);
        }
        else
        {
            surroundings!.Output(line);
        }
    }
}
