using Mik.Wasi.Http.Types;

namespace Mik.Wasi.Http.Egress;

/// <summary>An outgoing request was refused when its host's addresses were known.</summary>
internal sealed class EgressRefusedException(ErrorCode errorCode, EgressRefusal refusal) : OutgoingRequestException(
    errorCode, $"{refusal.Host}: {refusal.Detail}")
{
    /// <summary>The refusal inside an exception, or null.</summary>
    public static EgressRefusal? In(Exception exception)
    {
        for (Exception? current = exception; current is not null; current = current.InnerException)
        {
            if (current is EgressRefusedException refused)
            {
                return refused.Refusal;
            }
        }
        return null;
    }

    private EgressRefusal Refusal { get; } = refusal;
}
