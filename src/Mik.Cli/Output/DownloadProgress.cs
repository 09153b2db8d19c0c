using System.Diagnostics;
using System.Globalization;
using Mik.Packages.Remote;

namespace Mik.Cli.Output;

/// <summary>Shows downloads: one line that changes on a terminal, a line for each download elsewhere.</summary>
internal sealed class DownloadProgress(Terminal terminal) : IProgress<TransferProgress>, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<string, TransferProgress> _transfers = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly bool _isLive = !Console.IsErrorRedirected;
    private long _shownAt;

    /// <inheritdoc/>
    public void Report(TransferProgress value)
    {
        lock (_lock)
        {
            var isNew = _transfers.TryAdd(value.Name, value);
            _transfers[value.Name] = value;
            if (_isLive)
            {
                ShowLine(isNew || value.IsComplete);
            }
            else if (isNew)
            {
                terminal.Progress($"downloading {value.Name}{(value.Total is { } total ? $" ({Bytes(total)})" : "")}");
            }
        }
    }

    /// <summary>Removes the line.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            terminal.EndLive();
        }
    }

    /// <summary>A size for people.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB"),
    };

    private void ShowLine(bool isWorthIt)
    {
        if (!isWorthIt && Stopwatch.GetElapsedTime(_shownAt) < Pause)
        {
            return;
        }

        _shownAt = Stopwatch.GetTimestamp();
        var open = _transfers.Values.Where(transfer => !transfer.IsComplete).ToArray();
        var (done, total) = (_transfers.Values.Sum(transfer => transfer.Done), _transfers.Values.Sum(transfer => transfer.Total ?? transfer.Done));
        var text =
            $"downloading {string.Join(", ", (open.Length > 0 ? open : [.. _transfers.Values]).Select(transfer => transfer.Name))}: {Bytes(done)} of "
                + $"{Bytes(total)}";
        terminal.Live(text.Length < Width ? text : text[..Math.Max(0, Width - 1)]);
    }

    private static int Width
    {
        get
        {
            try
            {
                return Console.WindowWidth is > 0 and var width ? width : 80;
            }
            catch (IOException)
            {
                return 80;
            }
        }
    }
}
