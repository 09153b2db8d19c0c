using System.Globalization;

namespace Mik.Server.Tests.Framing;

/// <summary>How a response must come over the wire.</summary>
internal enum Fate
{
    /// <summary>As the handler gave it.</summary>
    Whole,
    /// <summary>As a problem, or, once some of it was sent, cut.</summary>
    Broken,
}

/// <summary>One way to answer: what is asked, and what the handler does.</summary>
internal sealed record FramingCase(string Method, int Status, int? Length, string Body, int Written, bool IsFlushed)
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST"];
    private static readonly int[] Statuses = [200, 204, 205, 304];
    private static readonly int?[] Lengths = [null, 0, 5, 7];
    private static readonly (string Body, int Written, bool IsFlushed)[] Bodies =
    [
        ("none", 0, false), ("finish", 0, false), ("leave", 0, false), ("drop", 0, false),
        ("finish", 5, false), ("finish", 5, true), ("leave", 5, true), ("drop", 5, true),
    ];

    public static IEnumerable<FramingCase> All =>
        from method in Methods
        from status in Statuses
        from length in Lengths
        from body in Bodies
        select new FramingCase(method, status, length, body.Body, body.Written, body.IsFlushed);

    /// <summary>Whether such a response has content at all (RFC 9110, 6.4.1 and 15.3.6).</summary>
    public bool HasContent => Method != "HEAD" && Status is not (204 or 205 or 304);

    public Fate Fate => !HasContent || (Body != "drop" && Written == (Length ?? (Body == "leave" ? 0 : Written))) ? Fate.Whole : Fate.Broken;

    /// <summary>Whether something may have been sent before it broke.</summary>
    public bool MayBeCut => Fate == Fate.Broken && IsFlushed && !(Length < Written);

    public string Target => string.Create(
        CultureInfo.InvariantCulture,
        $"/?status={Status}&n={Written}{(Length is { } length ? $"&length={length}" : "")}"
        + $"{(Body == "none" ? "&body=none" : $"&end={Body}")}{(IsFlushed ? "" : "&via=write")}");

    /// <summary>What is wrong with the <c>Content-Length</c> of a whole response, or null (RFC 9110, 8.6).</summary>
    public string? FaultOfLength(string? value, bool throughScript) => (Status, Method, value) switch
    {
        (204, _, not null) => "a 204 with Content-Length",
        (204, _, null) => null,
        (205, _, "0") => null,
        (205, _, _) => "a 205 that does not say that it is empty",
        (304, _, null) or (_, "HEAD", null) => Length is null || throughScript ? null : "the handler's Content-Length is gone",

        // What GET, or 200, would have: the handler's own, or that of its body.
        (304, _, _) or (_, "HEAD", _) => value == (Length ?? Written).ToString(CultureInfo.InvariantCulture)
            || (throughScript && value == Written.ToString(CultureInfo.InvariantCulture)) ? null : "not the length of GET",
        (_, _, not null) => value == Written.ToString(CultureInfo.InvariantCulture) ? null : "not the body's length",
        _ => IsFlushed ? null : "a body that was known as a whole has no Content-Length",
    };
}
