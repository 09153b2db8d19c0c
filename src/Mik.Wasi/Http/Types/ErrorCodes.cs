using System.Collections.Frozen;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Authentication;
using Mik.Components.HostBinding;
using Mik.Wasi.Io;

namespace Mik.Wasi.Http.Types;

/// <summary>What is known of each <see cref="ErrorCode"/>: its name, the HTTP status that matches it, and the .NET exception that it stands for.</summary>
internal static class ErrorCodes
{
    // Cases that HTTP has a status for; every other case is 500.
    private static readonly Dictionary<string, int> Statuses = new(StringComparer.OrdinalIgnoreCase)
    {
        ["DNS-timeout"] = 504,
        ["DNS-error"] = 502,
        ["destination-not-found"] = 502,
        ["destination-unavailable"] = 503,
        ["destination-IP-prohibited"] = 502,
        ["destination-IP-unroutable"] = 502,
        ["connection-refused"] = 502,
        ["connection-terminated"] = 502,
        ["connection-timeout"] = 504,
        ["connection-read-timeout"] = 504,
        ["connection-write-timeout"] = 504,
        ["connection-limit-reached"] = 503,
        ["TLS-protocol-error"] = 502,
        ["TLS-certificate-error"] = 502,
        ["TLS-alert-received"] = 502,
        ["HTTP-request-denied"] = 403,
        ["HTTP-request-length-required"] = 411,
        ["HTTP-request-body-size"] = 413,
        ["HTTP-request-method-invalid"] = 405,
        ["HTTP-request-URI-invalid"] = 400,
        ["HTTP-request-URI-too-long"] = 414,
        ["HTTP-request-header-section-size"] = 431,
        ["HTTP-request-header-size"] = 431,
        ["HTTP-request-trailer-section-size"] = 431,
        ["HTTP-request-trailer-size"] = 431,
        ["HTTP-response-incomplete"] = 502,
        ["HTTP-response-header-section-size"] = 502,
        ["HTTP-response-header-size"] = 502,
        ["HTTP-response-body-size"] = 502,
        ["HTTP-response-trailer-section-size"] = 502,
        ["HTTP-response-trailer-size"] = 502,
        ["HTTP-response-transfer-coding"] = 502,
        ["HTTP-response-content-coding"] = 502,
        ["HTTP-response-timeout"] = 504,
        ["HTTP-upgrade-failed"] = 502,
        ["HTTP-protocol-error"] = 502,
        ["loop-detected"] = 508,
    };

    /// <summary>The names of the cases in WIT order.</summary>
    public static string[] Names { get; } = [.. typeof(ErrorCode).GetCustomAttributes<WitCaseAttribute>().Select(@case => @case.Name)];

    private static readonly FrozenDictionary<string, int> CaseByName =
        Names.Index().ToFrozenDictionary(@case => @case.Item, @case => @case.Index, StringComparer.OrdinalIgnoreCase);

    private static readonly int[] StatusByCase = [.. Names.Select(name => Statuses.GetValueOrDefault(name, 500))];

    /// <summary>The status of a case.</summary>
    public static int StatusOf(int @case) => StatusByCase[@case];

    /// <summary>The case of a name.</summary>
    public static int IndexOf(string name) =>
        CaseByName.TryGetValue(name, out var index) ? index : throw new ArgumentOutOfRangeException(nameof(name), name, "No such error code.");

    /// <summary>The error of a stream as wasi:http names it, if it has a name there.</summary>
    public static ErrorCode? Of(IoError error) => error.Cause switch
    {
        ErrorCode code => code,
        Exception exception => FromException(exception),
        _ => null,
    };

    /// <summary>What went wrong with a body that arrives.</summary>
    public static ErrorCode OfBody(IoError error) => Of(error) ?? ErrorCode.Of("HTTP-protocol-error");

    /// <summary>The error code that says what went wrong in an outgoing request or a body.</summary>
    public static ErrorCode FromException(Exception exception) => exception switch
    {
        OutgoingRequestException outgoing => outgoing.ErrorCode,
        _ when Find<OutgoingRequestException>(exception) is { } outgoing => outgoing.ErrorCode,
        _ when Find<SocketException>(exception) is { } socket => FromSocket(socket),
        _ when Find<AuthenticationException>(exception) is { } tls => tls.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase)
            ? ErrorCode.Of("TLS-certificate-error")
            : ErrorCode.Of("TLS-protocol-error"),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => ErrorCode.Of("DNS-error", new DnsErrorPayload(null, null)),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => ErrorCode.Of("connection-refused"),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => ErrorCode.Of("TLS-protocol-error"),
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => ErrorCode.Of("HTTP-response-incomplete"),
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => ErrorCode.Of("HTTP-response-header-section-size", null),
        HttpRequestException or HttpIOException => ErrorCode.Of("HTTP-protocol-error"),
        TimeoutException => ErrorCode.Of("connection-timeout"),
        OperationCanceledException => ErrorCode.Of("HTTP-response-timeout"),
        IOException => ErrorCode.Of("connection-terminated"),
        _ => ErrorCode.Of("internal-error", null),
    };

    private static ErrorCode FromSocket(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData => ErrorCode.Of("DNS-error", new DnsErrorPayload(null, null)),
        SocketError.TryAgain => ErrorCode.Of("DNS-timeout"),
        SocketError.ConnectionRefused => ErrorCode.Of("connection-refused"),
        SocketError.TimedOut => ErrorCode.Of("connection-timeout"),
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => ErrorCode.Of("destination-IP-unroutable"),
        SocketError.ConnectionReset or SocketError.ConnectionAborted => ErrorCode.Of("connection-terminated"),
        _ => ErrorCode.Of("destination-unavailable"),
    };

    private static T? Find<T>(Exception exception)
        where T : Exception
    {
        for (Exception? current = exception; current is not null; current = current.InnerException)
        {
            if (current is T found)
            {
                return found;
            }
        }
        return null;
    }
}

/// <summary>An outgoing request ended with an error that wasi:http has a name for.</summary>
internal class OutgoingRequestException(ErrorCode errorCode, string message) : IOException(message)
{
    /// <summary>The error.</summary>
    public ErrorCode ErrorCode { get; } = errorCode;
}
