using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mik.Server.Problems;

/// <summary>
/// One way in which requests are turned away again and again, with its answer prepared: only the request's identity is put into it. It also
/// counts those of which the log has no line of their own.
/// </summary>
internal sealed class Refusal
{
    /// <summary>Requests a second that are told in full: with a line in the log, and a span when there are traces.</summary>
    public const int ToldPerSecond = 10;

    private readonly byte[] _beforeId;
    private readonly byte[] _afterId;
    private readonly StringValues _retryAfter;
    private long _second = -1;
    private int _told;
    private long _untold;

    /// <summary>Prepares the answer.</summary>
    /// <param name="problem">Why requests are turned away.</param>
    /// <param name="module">The module that it is about, or null.</param>
    /// <param name="number">The number in the problem, so that it can be seen when it no longer holds.</param>
    public Refusal(Problem problem, string? module, int number)
    {
        Problem = problem;
        Module = module;
        Number = number;
        _retryAfter = ProblemResponse.Seconds(problem.RetryAfter ?? TimeSpan.Zero);

        // The document is the one that others get, cut where the identity of a request stands.
        const string Id = "@@@@";
        var document = ProblemResponse.Document(problem, Id).Span;
        var at = document.LastIndexOf(Encoding.ASCII.GetBytes(Id));
        _beforeId = document[..at].ToArray();
        _afterId = document[(at + Id.Length)..].ToArray();
    }

    /// <summary>Why requests are turned away.</summary>
    public Problem Problem { get; }

    /// <summary>The module that it is about, or null.</summary>
    public string? Module { get; }

    /// <summary>The number in the problem.</summary>
    public int Number { get; }

    /// <summary>Whether one more may be told in full.</summary>
    public bool TryTell(TimeProvider clock)
    {
        var second = clock.GetTimestamp() / clock.TimestampFrequency;
        if (Volatile.Read(ref _second) != second && Interlocked.Exchange(ref _second, second) != second)
        {
            Volatile.Write(ref _told, 0);
        }

        return Volatile.Read(ref _told) < ToldPerSecond && Interlocked.Increment(ref _told) <= ToldPerSecond;
    }

    /// <summary>Counts one that is not told. True when it is the first since <see cref="TakeUntold"/>.</summary>
    public bool CountUntold() => Interlocked.Increment(ref _untold) == 1;

    /// <summary>How many were not told since the last time.</summary>
    public long TakeUntold() => Interlocked.Exchange(ref _untold, 0);

    /// <summary>Answers a request whose response has its identity already. Kestrel sends it when the request ends.</summary>
    public void Write(HttpContext http, string id, TimeSpan? retryAfter)
    {
        var response = http.Response;
        response.StatusCode = Problem.StatusCode;
        response.ContentType = ProblemResponse.ContentType;
        response.Headers.RetryAfter = retryAfter is { } wait ? ProblemResponse.Seconds(wait) : _retryAfter;
        var length = _beforeId.Length + id.Length + _afterId.Length;
        response.ContentLength = length;
        if (HttpMethods.IsHead(http.Request.Method))
        {
            return;
        }

        var writer = response.BodyWriter;
        var body = writer.GetSpan(length);
        _beforeId.CopyTo(body);
        Encoding.ASCII.GetBytes(id, body[_beforeId.Length..]);
        _afterId.CopyTo(body[(_beforeId.Length + id.Length)..]);
        writer.Advance(length);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Problem.Kind} {Module} {Number}");
}
