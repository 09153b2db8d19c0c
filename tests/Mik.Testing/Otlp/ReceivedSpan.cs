namespace Mik.Testing.Otlp;

/// <summary>A span as a collector gets it.</summary>
public sealed record ReceivedSpan(
    string Service,
    string Source,
    string TraceId,
    string SpanId,
    string ParentId,
    string Name,
    string State,
    ulong StartedAt,
    ulong EndedAt,
    bool IsError,
    IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>The version of the service.</summary>
    public string ServiceVersion { get; init; } = "";
}
