namespace Mik.Scripting.TypeScript;

/// <summary>Positions in generated code → positions in the source, as the <c>mappings</c> of a source map of one file give them.</summary>
internal sealed class SourceMap
{
    private const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private const int LineBytes = 64;
    private const int SegmentBytes = 3 * sizeof(int);

    private readonly List<List<(int Column, int SourceLine, int SourceColumn)>> _lines = [];

    private SourceMap()
    {
    }

    /// <summary>Bytes that it takes.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Reads base-64 VLQ mappings (source map specification, revision 3).</summary>
    /// <param name="mappings">From the code to what it was made from.</param>
    public static SourceMap Parse(string mappings)
    {
        var map = new SourceMap();
        var sourceLine = 0;
        var sourceColumn = 0;
        foreach (var line in mappings.Split(';'))
        {
            var segments = new List<(int, int, int)>();
            var column = 0;
            foreach (var segment in line.Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                var position = 0;
                column += Number(segment, ref position);
                if (position < segment.Length)
                {
                    _ = Number(segment, ref position); // there is one source
                    sourceLine += Number(segment, ref position);
                    sourceColumn += Number(segment, ref position);
                    segments.Add((column, sourceLine, sourceColumn));
                }
            }

            map._lines.Add(segments);
            map.SizeBytes += LineBytes + ((long)segments.Capacity * SegmentBytes);
        }

        return map;
    }

    /// <summary>The position in the source of one in the code; both count from 1.</summary>
    public (int Line, int Column) Locate(int line, int column)
    {
        if (line < 1 || line > _lines.Count)
        {
            return (line, column);
        }

        var best = (Column: 0, SourceLine: line - 1, SourceColumn: 0);
        foreach (var segment in _lines[line - 1])
        {
            if (segment.Column > column - 1)
            {
                break;
            }

            best = segment;
        }

        return (best.SourceLine + 1, best.SourceColumn + (column - 1 - best.Column) + 1);
    }

    private static int Number(string text, ref int position)
    {
        var value = 0;
        var shift = 0;
        while (position < text.Length)
        {
            var digit = Digits.IndexOf(text[position++], StringComparison.Ordinal);
            value |= (digit & 31) << shift;
            shift += 5;
            if (digit < 32)
            {
                break;
            }
        }

        return (value & 1) == 0 ? value >> 1 : -(value >> 1);
    }
}
