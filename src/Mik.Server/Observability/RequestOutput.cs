using System.Buffers;
using System.Text;
using Mik.Server.Options;

namespace Mik.Server.Observability;

/// <summary>
/// How much of what one request prints the log takes: up to the request's own limit, and while the second has place for its module. Not to be copied, and
/// used by the request's thread.
/// </summary>
/// <param name="module">The module's share.</param>
/// <param name="limits">The limits.</param>
internal struct RequestOutput(ModuleOutput module, OutputLimits limits)
{
    /// <summary>What a line takes in the log beside its text: time, level, module, request.</summary>
    public const int LineBytes = 256;

    // As they stand, most forms of the log have them in more than one byte.
    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(code => (char)code), '"', '\\', '\x7f']);

    private long _taken;
    private bool _isOver;

    /// <summary>Whether more is taken; when not, it need not even be made into lines.</summary>
    public readonly bool TakesMore => !_isOver && !module.IsFull(limits.BytesPerModuleSecond);

    /// <summary>What was left out since this request has passed its own limit.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Whether the log takes a line.</summary>
    public bool TryTake(string line)
    {
        var cost = LineBytes + Encoding.UTF8.GetByteCount(line) + (5L * CountEscaped(line));
        if (_isOver || _taken + cost > limits.BytesPerRequest)
        {
            _isOver = true;
            LeftOut += line.Length + 1;
            return false;
        }

        _taken += cost;
        return module.TryTake(cost, limits.BytesPerModuleSecond);
    }

    /// <summary>Counts what was not made into lines.</summary>
    public void LeaveOut(long bytes)
    {
        if (_isOver)
        {
            LeftOut += bytes;
        }
        else
        {
            module.LeaveOut(bytes, limits.BytesPerModuleSecond);
        }
    }

    private static int CountEscaped(ReadOnlySpan<char> line)
    {
        var count = 0;
        for (int at; (at = line.IndexOfAny(Escaped)) >= 0; line = line[(at + 1)..])
        {
            count++;
        }

        return count;
    }
}
