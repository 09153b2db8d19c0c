using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Mik.Server.Admission;
using Mik.Server.Problems;

namespace Mik.Server.Handlers;

/// <summary>
/// Waits, before a request is admitted, until as much of its body is there as fits a buffer. A client that sends slowly then waits alone, and not
/// with a permit, an instance and a thread in its hand. Bodies of unknown length are not waited for: their clients may want an answer first.
/// </summary>
internal static class BodyArrival
{
    /// <summary>What is waited for at most; well below what Kestrel holds for a request.</summary>
    public const int BufferBytes = 64 << 10;

    /// <summary>Waits. A problem when the client is gone, sends too slowly for Kestrel, or takes longer than a whole request may.</summary>
    public static ValueTask<Problem?> WaitAsync(HttpRequest request, MikServerOptions options, TimeProvider clock)
    {
        // One that is announced as too large is refused unread.
        if (request.ContentLength is not > 0 || request.ContentLength > options.MaxBodyBytes || request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return ValueTask.FromResult<Problem?>(null);
        }

        var wanted = Math.Min(request.ContentLength.Value, BufferBytes);
        return IsThere(request, wanted) ? ValueTask.FromResult<Problem?>(null) : new ValueTask<Problem?>(WaitSlowlyAsync(request, wanted, options.ExecutionTimeout, clock));
    }

    private static bool IsThere(HttpRequest request, long wanted)
    {
        try
        {
            if (!request.BodyReader.TryRead(out var read))
            {
                return false;
            }

            var isThere = read.IsCompleted || read.Buffer.Length >= wanted;
            request.BodyReader.AdvanceTo(read.Buffer.Start, isThere ? read.Buffer.Start : read.Buffer.End);
            return isThere;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The wait tells.
            return false;
        }
    }

    private static async Task<Problem?> WaitSlowlyAsync(HttpRequest request, long wanted, TimeSpan limit, TimeProvider clock)
    {
        using var deadline = new RequestDeadline(limit, clock, request.HttpContext.RequestAborted);
        try
        {
            while (true)
            {
                var read = await request.BodyReader.ReadAsync(deadline.Token);
                var isThere = read.IsCompleted || read.Buffer.Length >= wanted;
                request.BodyReader.AdvanceTo(read.Buffer.Start, isThere ? read.Buffer.Start : read.Buffer.End);
                if (isThere)
                {
                    return null;
                }
            }
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            return new Problem(ProblemKind.InvalidRequest, "The request's body comes too slowly.", exception.StatusCode);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return deadline.Reason == StopReason.Deadline
                ? new Problem(ProblemKind.Timeout, "The request's body did not arrive within the deadline.") { Outcome = HandlerOutcome.Neutral }
                : new Problem(ProblemKind.ClientGone, "The client went away.");
        }
    }
}
