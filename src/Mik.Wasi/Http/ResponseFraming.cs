namespace Mik.Wasi.Http;

/// <summary>
/// What of a response goes over the wire, by the method that it answers and its status. The one table of it (RFC 9110, 6.4.1, 8.6, 9.3.2, 15):
/// <code>
///   answer                content    Content-Length
///   1xx, 204              none       none
///   205                   none       0
///   304                   none       the handler's, or none: a 200 would have it
///   any other to HEAD     none       the handler's, or that of what it wrote, or none: GET would have it
///   any other             the body   the handler's, which the body must have; or the body's; or none while that is not known
/// </code>
/// </summary>
public readonly record struct ResponseFraming
{
    private readonly LengthRule _length;

    private ResponseFraming(LengthRule length) => _length = length;

    private enum LengthRule
    {
        OfTheBody,
        AsGetWouldHave,
        AsOkWouldHave,
        Zero,
        None,
    }

    /// <summary>Whether the body is sent, and must then have the length that was declared. If not, no body can break the response.</summary>
    public bool HasContent => _length == LengthRule.OfTheBody;

    /// <summary>The row for an answer.</summary>
    public static ResponseFraming Of(string method, int status) => new(status switch
    {
        < 200 or 204 => LengthRule.None,
        205 => LengthRule.Zero,
        304 => LengthRule.AsOkWouldHave,
        _ when method == "HEAD" => LengthRule.AsGetWouldHave,
        _ => LengthRule.OfTheBody,
    });

    /// <summary>What <c>Content-Length</c> says; null is no such field.</summary>
    /// <param name="declared">What the handler declared, or null.</param>
    /// <param name="written">The length of its whole body, or null while that is not known.</param>
    public long? LengthOf(long? declared, long? written) => _length switch
    {
        LengthRule.OfTheBody => declared ?? written,
        LengthRule.AsGetWouldHave => declared ?? (written > 0 ? written : null),
        LengthRule.AsOkWouldHave => declared,
        LengthRule.Zero => 0,
        _ => null,
    };

    /// <summary>What is wrong with a body that has ended, or null.</summary>
    /// <param name="declared">What the handler declared, or null.</param>
    /// <param name="written">How much it wrote.</param>
    public string? FaultOf(long? declared, long written) =>
        HasContent && declared is { } length && length != written ? $"it wrote {written} bytes where its content-length is {length}" : null;
}
