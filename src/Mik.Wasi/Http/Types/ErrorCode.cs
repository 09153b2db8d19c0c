using Mik.Components.HostBinding;

namespace Mik.Wasi.Http.Types;

/// <summary><c>wasi:http/types</c>: <c>record DNS-error-payload</c>.</summary>
public readonly record struct DnsErrorPayload(string? Rcode, ushort? InfoCode)
{
    /// <inheritdoc/>
    public override string ToString() => PayloadText.Of(("rcode", Rcode), ("info-code", InfoCode));
}

/// <summary><c>wasi:http/types</c>: <c>record TLS-alert-received-payload</c>.</summary>
public readonly record struct TlsAlertReceivedPayload(byte? AlertId, string? AlertMessage)
{
    /// <inheritdoc/>
    public override string ToString() => PayloadText.Of(("alert-id", AlertId), ("alert-message", AlertMessage));
}

/// <summary><c>wasi:http/types</c>: <c>record field-size-payload</c>.</summary>
public readonly record struct FieldSizePayload(string? FieldName, uint? FieldSize)
{
    /// <inheritdoc/>
    public override string ToString() => PayloadText.Of(("field-name", FieldName), ("field-size", FieldSize));
}

/// <summary><c>wasi:http/types</c>: <c>variant error-code</c>.</summary>
[WitCase("DNS-timeout")]
[WitCase("DNS-error", typeof(DnsErrorPayload))]
[WitCase("destination-not-found")]
[WitCase("destination-unavailable")]
[WitCase("destination-IP-prohibited")]
[WitCase("destination-IP-unroutable")]
[WitCase("connection-refused")]
[WitCase("connection-terminated")]
[WitCase("connection-timeout")]
[WitCase("connection-read-timeout")]
[WitCase("connection-write-timeout")]
[WitCase("connection-limit-reached")]
[WitCase("TLS-protocol-error")]
[WitCase("TLS-certificate-error")]
[WitCase("TLS-alert-received", typeof(TlsAlertReceivedPayload))]
[WitCase("HTTP-request-denied")]
[WitCase("HTTP-request-length-required")]
[WitCase("HTTP-request-body-size", typeof(ulong?))]
[WitCase("HTTP-request-method-invalid")]
[WitCase("HTTP-request-URI-invalid")]
[WitCase("HTTP-request-URI-too-long")]
[WitCase("HTTP-request-header-section-size", typeof(uint?))]
[WitCase("HTTP-request-header-size", typeof(FieldSizePayload?))]
[WitCase("HTTP-request-trailer-section-size", typeof(uint?))]
[WitCase("HTTP-request-trailer-size", typeof(FieldSizePayload))]
[WitCase("HTTP-response-incomplete")]
[WitCase("HTTP-response-header-section-size", typeof(uint?))]
[WitCase("HTTP-response-header-size", typeof(FieldSizePayload))]
[WitCase("HTTP-response-body-size", typeof(ulong?))]
[WitCase("HTTP-response-trailer-section-size", typeof(uint?))]
[WitCase("HTTP-response-trailer-size", typeof(FieldSizePayload))]
[WitCase("HTTP-response-transfer-coding", typeof(string))]
[WitCase("HTTP-response-content-coding", typeof(string))]
[WitCase("HTTP-response-timeout")]
[WitCase("HTTP-upgrade-failed")]
[WitCase("HTTP-protocol-error")]
[WitCase("loop-detected")]
[WitCase("configuration-error")]
[WitCase("internal-error", typeof(string))]
public readonly record struct ErrorCode(int Case, object? Payload) : IWitVariant
{
    /// <summary>The case's name in WIT.</summary>
    public string Name => ErrorCodes.Names[Case];

    /// <summary>The HTTP status that stands for this error; 500 where HTTP has none.</summary>
    public int Status => ErrorCodes.StatusOf(Case);

    /// <summary>The case of a name, without or with a payload.</summary>
    public static ErrorCode Of(string name, object? payload = null) => new(ErrorCodes.IndexOf(name), payload);

    /// <inheritdoc/>
    public override string ToString() => Payload?.ToString() is { Length: > 0 } said ? $"{Name} ({said})" : Name;
}
