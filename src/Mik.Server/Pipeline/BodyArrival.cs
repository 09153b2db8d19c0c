using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Mik.AspNetCore.Bodies;
using Mik.AspNetCore.Deadlines;
using Mik.AspNetCore.Fields;
using Mik.Server.Limits;
using Mik.Server.Options;
using Mik.Server.Problems;
using Mik.Server.Requests;

namespace Mik.Server.Pipeline;

/// <summary>
/// Waits, before a request is admitted, until its body is there, or as much of it as fits a buffer. A client that sends slowly then waits alone,
/// and not with a permit, an instance and a thread in its hand. Where the length is unknown, the client may want an answer before it goes on;
/// so the wait can be short.
/// </summary>
internal static class BodyArrival
{
    /// <summary>What is waited for at most; well below what Kestrel holds for a request.</summary>
    public const int BufferBytes = 64 << 10;

    /// <summary>How long a body of unknown length is waited for, where a guest may read it while it comes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    /// <summary>Whether a request has no body that could be waited for.</summary>
    public static bool HasNone(HttpContext http) => http.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true };

    /// <summary>
    /// Waits. A problem when the client is gone, sends what is no body, sends too slowly for Kestrel, or takes longer than a whole request may.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="waits">Those that wait.</param>
    /// <param name="options">The limits.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="patience">How long a body of unknown length is waited for; null is as long as any.</param>
    public static ValueTask<Arrived> WaitAsync(RequestContext context, BodyWaits waits, MikServerOptions options, TimeProvider clock, TimeSpan? patience)
    {
        var request = context.Http.Request;

        // One that is announced as too large is refused unread.
        if (HasNone(request.HttpContext) || request.ContentLength is 0 || request.ContentLength > options.MaxBodyBytes)
        {
            return ValueTask.FromResult(Arrived.Whole);
        }

        var wait = new Wait(request.BodyReader, request.ContentLength);
        return wait.TryEnd(out var arrived) ? ValueTask.FromResult(WithLegalTrailers(arrived, request))
            : !waits.TryBegin(context, out var counted, out var problem) ? ValueTask.FromResult(new Arrived(IsWhole: false, problem))
            : new ValueTask<Arrived>(wait.EndAsync(request, counted, options.ExecutionTimeout, clock, request.ContentLength is null ? patience : null));
    }

    /// <summary>
    /// What came of a wait: a problem, or whether the body is whole. When patience ended, the beginning that is there by then, read and not
    /// given back: a pipe would give it again only together with more.
    /// </summary>
    public readonly record struct Arrived(bool IsWhole, Problem? Problem = null, ReadResult? Beginning = null)
    {
        /// <summary>All of the body is there.</summary>
        public static Arrived Whole => new(IsWhole: true);
    }

    // Those of a body that is still on its way when the guest begins are left out instead.
    private static Arrived WithLegalTrailers(Arrived arrived, HttpRequest request) =>
        arrived.Problem is null && request.ContentLength is null
        && request.HttpContext.Features.Get<IHttpRequestTrailersFeature>() is { Available: true } trailers && !FieldRules.AreLegal(trailers.Trailers)
            ? new Arrived(IsWhole: false, MalformedBody.Describe(new BadHttpRequestException("a field of its trailers has a control character in it")))
            : arrived;

    private readonly struct Wait(PipeReader reader, long? length)
    {
        private readonly long _wanted = Math.Min(length ?? long.MaxValue, BufferBytes);

        public bool TryEnd(out Arrived arrived)
        {
            arrived = default;
            try
            {
                return reader.TryRead(out var read) && IsOver(read, out arrived);
            }
            catch (Exception exception) when (exception is OperationCanceledException || BodyFaults.Of(exception) is not null)
            {
                // The wait tells.
                return false;
            }
        }

        public async Task<Arrived> EndAsync(HttpRequest request, BodyWaits.Wait counted, TimeSpan limit, TimeProvider clock, TimeSpan? patience)
        {
            using var end = counted;
            using var deadline = new RequestDeadline(limit, clock, request.HttpContext.RequestAborted);
            var timer = patience is { } time
                ? clock.CreateTimer(static state => ((PipeReader)state!).CancelPendingRead(), reader, time, Timeout.InfiniteTimeSpan) : null;
            try
            {
                Arrived arrived;
                while (!IsOver(await reader.ReadAsync(deadline.Token), out arrived))
                {
                }

                if (timer is not null && arrived.Beginning is null)
                {
                    await timer.DisposeAsync();
                    TakeCancellation();
                }

                return WithLegalTrailers(arrived, request);
            }
            catch (Exception exception) when (deadline.Reason == StopReason.None && BodyFaults.Of(exception) is { } fault && !BodyFaults.IsCutOff(fault))
            {
                return new Arrived(IsWhole: false, MalformedBody.Describe(fault));
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                return new Arrived(IsWhole: false, deadline.Reason == StopReason.Deadline
                    ? new Problem(ProblemKind.Timeout, "The request's body did not arrive within the deadline.") { Outcome = HandlerOutcome.Neutral }
                    : RequestProblems.ClientGone);
            }
            finally
            {
                timer?.Dispose();
            }
        }

        private bool IsOver(ReadResult read, out Arrived arrived)
        {
            var isWhole = read.IsCompleted || read.Buffer.Length >= length;
            arrived = new Arrived(isWhole);
            var isOver = isWhole || read.Buffer.Length >= _wanted;
            if (!isOver && read.IsCanceled)
            {
                arrived = new Arrived(isWhole, Beginning: new ReadResult(read.Buffer, isCanceled: false, isCompleted: false));
                return true;
            }

            reader.AdvanceTo(read.Buffer.Start, isOver ? read.Buffer.Start : read.Buffer.End);
            return isOver;
        }

        // The end of patience may have come together with the last bytes: the guest must not meet it.
        private void TakeCancellation()
        {
            if (reader.TryRead(out var read))
            {
                reader.AdvanceTo(read.Buffer.Start);
            }
        }
    }
}
