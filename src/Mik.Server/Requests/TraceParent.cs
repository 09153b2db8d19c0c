using System.Diagnostics;

namespace Mik.Server.Requests;

/// <summary>
/// A W3C trace context position (<c>traceparent</c>): the trace, our span in it, the caller's flags, and its <c>tracestate</c>. Kept as the header value in
/// version 00.
/// </summary>
internal readonly record struct TraceParent
{
    private const int TraceIdStart = 3;
    private const int TraceIdLength = 32;
    private const int SpanIdStart = 36;
    private const int SpanIdLength = 16;
    private const int FlagsStart = 53;
    private const int Version00Length = 55;
    private const int MaxStateLength = 512;

    private readonly string _header;

    private TraceParent(string header, string? state)
    {
        _header = header;
        State = state;
    }

    /// <summary>The trace, 32 hexadecimal digits.</summary>
    public string TraceId => _header.Substring(TraceIdStart, TraceIdLength);

    /// <summary>Our span, 16 hexadecimal digits.</summary>
    public string SpanId => _header.Substring(SpanIdStart, SpanIdLength);

    /// <summary>Flags of the caller: 1 is sampled.</summary>
    public byte Flags => (byte)(_header[^1] - '0');

    /// <summary><c>tracestate</c>, or null.</summary>
    public string? State { get; private init; }

    /// <summary>Continues the caller's trace with a new span, or begins a trace when the caller sent none or a malformed one.</summary>
    public static TraceParent Continue(string? callers, string? state = null)
    {
        Span<char> header = stackalloc char[Version00Length];
        if (TryParse(callers, state, out var parent))
        {
            parent._header.CopyTo(header);
        }
        else
        {
            Write(header, isSampled: false);
            WriteNewId(header.Slice(TraceIdStart, TraceIdLength));
        }

        WriteNewId(header.Slice(SpanIdStart, SpanIdLength));
        return new TraceParent(new string(header), parent.State);
    }

    /// <summary>The position of a span of ours.</summary>
    public static TraceParent Of(Activity span)
    {
        Span<char> header = stackalloc char[Version00Length];
        Write(header, span.Recorded);
        span.TraceId.ToHexString().CopyTo(header[TraceIdStart..]);
        span.SpanId.ToHexString().CopyTo(header[SpanIdStart..]);
        return new TraceParent(new string(header), span.TraceStateString);
    }

    /// <summary>The position as the parent of a span of ours.</summary>
    public ActivityContext AsRemote() => new(
        ActivityTraceId.CreateFromString(TraceId),
        ActivitySpanId.CreateFromString(SpanId),
        (ActivityTraceFlags)(Flags & 1),
        State,
        isRemote: true);

    /// <summary>The fields that tell another server of this position.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers() =>
        State is null ? [new("traceparent", ToString())] : [new("traceparent", ToString()), new("tracestate", State)];

    /// <summary>Parses what a caller sent; its state counts only beside a valid position.</summary>
    public static bool TryParse(string? callers, string? state, out TraceParent parent)
    {
        var isValid = TryParse(callers, out parent);
        parent = isValid
            ? parent with { State = state is { Length: > 0 and <= MaxStateLength } && !state.AsSpan().ContainsAnyExceptInRange(' ', '~') ? state : null }
            : parent;
        return isValid;
    }

    /// <summary>Parses a header value by the rules of W3C Trace Context 3.2; later versions are read as far as version 00 goes.</summary>
    public static bool TryParse(ReadOnlySpan<char> value, out TraceParent parent)
    {
        parent = default;
        if (value.Length < Version00Length
            || value[2] != '-' || value[SpanIdStart - 1] != '-' || value[FlagsStart - 1] != '-'
            || !IsLowerHex(value[..2]) || value[..2] is "ff"
            || (value.Length > Version00Length && (value[..2] is "00" || value[Version00Length] != '-')))
        {
            return false;
        }

        var traceId = value.Slice(TraceIdStart, TraceIdLength);
        var spanId = value.Slice(SpanIdStart, SpanIdLength);
        var flags = value.Slice(FlagsStart, 2);
        if (!IsLowerHex(traceId) || !IsLowerHex(spanId) || !IsLowerHex(flags)
            || !traceId.ContainsAnyExcept('0') || !spanId.ContainsAnyExcept('0'))
        {
            return false;
        }

        Span<char> header = stackalloc char[Version00Length];
        Write(header, (Convert.FromHexString(flags)[0] & 1) != 0);
        traceId.CopyTo(header[TraceIdStart..]);
        spanId.CopyTo(header[SpanIdStart..]);
        parent = new TraceParent(new string(header), null);
        return true;
    }

    /// <summary>The header value, in version 00.</summary>
    public override string ToString() => _header;

    /// <summary>Writes all but the identities.</summary>
    private static void Write(Span<char> header, bool isSampled)
    {
        "00-".CopyTo(header);
        header[SpanIdStart - 1] = '-';
        header[FlagsStart - 1] = '-';
        (isSampled ? "01" : "00").CopyTo(header[FlagsStart..]);
    }

    private static bool IsLowerHex(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiHexDigitLower(character))
            {
                return false;
            }
        }

        return true;
    }

    private static void WriteNewId(Span<char> digits)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes = bytes[..(digits.Length / 2)];
        do
        {
            Random.Shared.NextBytes(bytes);
        }
        while (!bytes.ContainsAnyExcept((byte)0));

        Convert.TryToHexStringLower(bytes, digits, out _);
    }
}
