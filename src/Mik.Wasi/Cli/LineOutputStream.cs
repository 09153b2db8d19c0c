using System.Text;
using Mik.Components.HostBinding;
using Mik.Wasi.Io.Streams;

namespace Mik.Wasi.Cli;

/// <summary>Standard output or error: gives whole lines to the host. Several handles share one stream, so dropping one ends nothing.</summary>
internal sealed class LineOutputStream(Action<string>? onLine) : OutputStream
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _line = new();

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
        if (onLine is null)
        {
            return default(Unit);
        }
        var characters = new char[Encoding.UTF8.GetMaxCharCount(contents.Length)];
        var count = _decoder.GetChars(contents, characters, flush: false);
        foreach (var character in characters.AsSpan(0, count))
        {
            if (character == '\n' || _line.Length >= WasiLimits.LineCharacters)
            {
                Give();
            }
            if (character is not '\n' and not '\r')
            {
                _line.Append(character);
            }
        }
        return default(Unit);
    }

    private void Give()
    {
        onLine?.Invoke(_line.ToString());
        _line.Clear();
    }
}
