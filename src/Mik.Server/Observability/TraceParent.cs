using System.Diagnostics;

namespace Mik.Server.Observability;

/// <summary>A W3C trace context position (<c>traceparent</c>): the trace, our span in it, the caller's flags, and its <c>tracestate</c>.</summary>
internal readonly record struct TraceParent(string TraceId, string SpanId, byte Flags, string? State = null)
{
    private const int TraceIdStart = 3;
    private const int SpanIdStart = 36;
    private const int FlagsStart = 53;
    private const int Version00Length = 55;
    private const int MaxStateLength = 512;

    /// <summary>Continues the caller's trace with a new span, or begins a trace when the caller sent none or a malformed one.</summary>
    public static TraceParent Continue(string? callers, string? state = null) =>
        TryParse(callers, state, out var parent)
            ? parent with { SpanId = NewId(8) }
            : new TraceParent(NewId(16), NewId(8), 0);

    /// <summary>The position of a span of ours.</summary>
    public static TraceParent Of(Activity span) => new(span.TraceId.ToHexString(), span.SpanId.ToHexString(), (byte)span.ActivityTraceFlags, span.TraceStateString);

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
        parent = isValid ? parent with { State = state is { Length: > 0 and <= MaxStateLength } ? state : null } : parent;
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

        var traceId = value.Slice(TraceIdStart, 32);
        var spanId = value.Slice(SpanIdStart, 16);
        var flags = value.Slice(FlagsStart, 2);
        if (!IsLowerHex(traceId) || !IsLowerHex(spanId) || !IsLowerHex(flags)
            || !traceId.ContainsAnyExcept('0') || !spanId.ContainsAnyExcept('0'))
        {
            return false;
        }

        parent = new TraceParent(traceId.ToString(), spanId.ToString(), Convert.FromHexString(flags)[0]);
        return true;
    }

    /// <summary>The header value, in version 00.</summary>
    public override string ToString() => string.Concat("00-", TraceId, "-", string.Concat(SpanId, (Flags & 1) == 0 ? "-00" : "-01"));

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

    private static string NewId(int byteCount)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes = bytes[..byteCount];
        do
        {
            Random.Shared.NextBytes(bytes);
        }
        while (!bytes.ContainsAnyExcept((byte)0));

        return Convert.ToHexStringLower(bytes);
    }
}
