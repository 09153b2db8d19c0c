using System.Globalization;

namespace Mik.Cli.Output.Logging;

/// <summary>
/// The log in files of a limited size, of which the last ones are kept: the current one always has the same name, and the others numbers, <c>mik.1.log</c>
/// the newest. Another server of the same project has files of its own (<c>mik-2.log</c>). Used by one thread.
/// </summary>
internal sealed class LogFile : IDisposable
{
    private const int MaxServers = 9;

    private readonly LogOptions _options;
    private readonly Terminal _terminal;
    private readonly FileStream? _lock;
    private FileStream? _file;
    private bool _isFaultTold;

    /// <summary>Opens the file; one that cannot be written is a note, not an error.</summary>
    public LogFile(string path, LogOptions options, Terminal terminal)
    {
        _options = options;
        _terminal = terminal;
        (Path, _lock) = Claim(path);
        Try(() => _file = Open());
    }

    /// <summary>The current file.</summary>
    public string Path { get; }

    /// <summary>Writes whole lines.</summary>
    public void Write(ReadOnlyMemory<byte> lines) => Try(() =>
    {
        while (!lines.IsEmpty)
        {
            // A file that somebody has moved or deleted is begun again.
            if (_file is { } known && (known.Position >= _options.MaxFileBytes || !File.Exists(Path)))
            {
                Rotate(known);
            }

            _file ??= Open();
            var length = Fitting(lines.Span, _options.MaxFileBytes - _file.Position);
            _file.Write(lines.Span[..length]);
            lines = lines[length..];
        }

        _file?.Flush();
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _lock?.Dispose();
    }

    private FileStream Open()
    {
        var file = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(0, SeekOrigin.End);
        return file;
    }

    private void Rotate(FileStream full)
    {
        full.Dispose();
        _file = null;
        if (!File.Exists(Path))
        {
            return;
        }

        var last = _options.MaxFiles - 1;
        for (var number = last + 1; File.Exists(Numbered(number)); number++)
        {
            File.Delete(Numbered(number));
        }

        if (last < 1)
        {
            File.Delete(Path);
            return;
        }

        for (var number = last; number > 1; number--)
        {
            if (File.Exists(Numbered(number - 1)))
            {
                File.Move(Numbered(number - 1), Numbered(number), overwrite: true);
            }
        }

        File.Move(Path, Numbered(1), overwrite: true);
    }

    private string Numbered(int number) =>
        System.IO.Path.ChangeExtension(Path, number.ToString(CultureInfo.InvariantCulture) + System.IO.Path.GetExtension(Path));

    /// <summary>How many bytes of whole lines go into a file: the line that fills it is still its own.</summary>
    private static int Fitting(ReadOnlySpan<byte> lines, long room)
    {
        if (lines.Length <= room)
        {
            return lines.Length;
        }

        var start = (int)Math.Max(0, room - 1);
        return start + lines[start..].IndexOf((byte)'\n') + 1;
    }

    /// <summary>The name that no other server writes to, held by a lock until this one ends.</summary>
    private static (string Path, FileStream? Lock) Claim(string path)
    {
        for (var number = 1; number <= MaxServers; number++)
        {
            var own = number == 1
                ? path
                : string.Create(
                    CultureInfo.InvariantCulture, $"{path[..^System.IO.Path.GetExtension(path).Length]}-{number}{System.IO.Path.GetExtension(path)}");
            try
            {
                return (own, new FileStream(System.IO.Path.ChangeExtension(own, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1,
                    FileOptions.DeleteOnClose));
            }
            catch (IOException)
            {
                // Another server of this project has it.
            }
            catch (UnauthorizedAccessException)
            {
                break;
            }
        }

        return (path, null);
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _file?.Dispose();
            _file = null;
            if (!_isFaultTold)
            {
                _isFaultTold = true;
                _terminal.Note($"the log file cannot be written: {exception.Message}");
            }
        }
    }
}
