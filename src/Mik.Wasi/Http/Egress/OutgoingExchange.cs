namespace Mik.Wasi.Http.Egress;

/// <summary>
/// One outgoing request on its way through .NET's client. It goes along with the call, so that an HTTP/1.1 connection to which the client
/// writes the request's head knows whose it is.
/// </summary>
internal sealed class OutgoingExchange(byte[] method)
{
    private static readonly AsyncLocal<OutgoingExchange?> Local = new();

    /// <summary>The request that the caller is about.</summary>
    public static OutgoingExchange? Current
    {
        get => Local.Value;
        set => Local.Value = value;
    }

    /// <summary>The method as the guest wrote it: .NET writes those that it knows in upper case.</summary>
    public ReadOnlySpan<byte> Method => method;

    /// <summary>The request's body, if it has one.</summary>
    public OutgoingContent? Content { get; set; }

    /// <summary>The HTTP/1.1 connection that took the head; null while there is none, and over HTTP/2.</summary>
    public DuplexConnection? Connection { get; set; }

    /// <summary>Whether the connection cannot be used again, since the answer came before the end of the body.</summary>
    public bool EndsItsConnection { get; private set; }

    /// <summary>The head of the answer is arriving.</summary>
    /// <returns>Whether the body is whole, so that the connection can serve another request.</returns>
    public bool Answered(int status)
    {
        if (Content is not { IsWhole: false } content)
        {
            return true;
        }
        EndsItsConnection = true;
        if (status >= 300)
        {
            content.EndEarly();
        }
        return false;
    }
}
