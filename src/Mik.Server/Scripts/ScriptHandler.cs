using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Deadlines;
using Mik.AspNetCore.Fields;
using Mik.AspNetCore.Threads;
using Mik.Scripting.Execution;
using Mik.Server.Limits;
using Mik.Server.Observability;
using Mik.Server.Observability.Metrics;
using Mik.Server.Observability.Tracing;
using Mik.Server.Options;
using Mik.Server.Problems;
using Mik.Server.Requests;
using Mik.Wasi.Http;
using Mik.Wasm.Execution;

namespace Mik.Server.Scripts;

/// <summary>
/// Runs a request through a script. The story:
/// <list type="number">
/// <item>Refuse a chain of calls that is a cycle.</item>
/// <item>Start the deadline, and get the script, loading it if need be.</item>
/// <item>Read the body, up to its limit.</item>
/// <item>Run the script, here or on a guest thread; its calls of handlers go through <see cref="HostCalls"/>.</item>
/// <item>Send its response, or say what went wrong.</item>
/// </list>
/// </summary>
internal sealed class ScriptHandler(
    MikServerOptions options, HostCalls calls, ScriptFetches fetches, GuestScheduler scheduler, TimeProvider clock, ServerMetrics metrics, ILogger log)
{
    private const int PieceBytes = 64 << 10;

    /// <summary>Takes an admitted request through a script. A problem means that there is no whole response.</summary>
    public async Task<Problem?> HandleAsync(RequestContext request, ScriptState script, string pathWithQuery)
    {
        // 1. Refuse a cycle.
        if (request.Depth >= CallDepth.Maximum)
        {
            return new Problem(
                ProblemKind.HandlerError, $"Scripts and modules call each other in a cycle: {CallDepth.Maximum} scripts are in the chain.",
                StatusCodes.Status508LoopDetected);
        }

        request.ScriptSpan = Spans.StartBelow(request.Span, Spans.Script);
        var failure = await RunAsync(request, script, pathWithQuery);
        Spans.Fail(request.ScriptSpan, failure);
        request.ScriptSpan?.Dispose();
        return failure;
    }

    private async Task<Problem?> RunAsync(RequestContext request, ScriptState script, string pathWithQuery)
    {
        // 2. Start the deadline and get the script.
        if (request.Http.Request.ContentLength > options.MaxBodyBytes)
        {
            return RequestProblems.BodyTooLarge(options.MaxBodyBytes);
        }

        var budget = request.Budget = new ResourceBudget(options.MemoryLimitBytes, request.CallerBudget);
        using var deadline = new RequestDeadline(options.ExecutionTimeout - request.Spent, clock, request.Http.RequestAborted, scheduler.GetStopToken());
        ScriptProgram? program = null;
        try
        {
            program = await script.EnterAsync(deadline.Token);

            // 3. Read the body.
            var body = await ReadBodyAsync(request.Http.Request.BodyReader, budget, deadline);

            // 4. Run.
            var head = ScriptRequest.Describe(request.Http.Request, pathWithQuery);
            var console = new ScriptConsole(script.Name, request.Id, script.Output, options.OutputLimits, log);
            var outside = new ScriptHost(request, script, console, calls, fetches, metrics.OfScript(script.Name), log);
            ScriptOutcome outcome;
            try
            {
                outcome = await new ScriptWork(program, head, body, outside, script.Pace, budget, deadline.Token).StartOn(scheduler);
            }
            finally
            {
                console.End();
            }

            // 5. Answer.
            return outcome.Failure is { } failure ? Failed(request, script, failure.Summary, failure.Explanation)
                : ScriptHeaders.FaultOf(outcome.Headers) is { } fault ? Failed(request, script, fault, "")
                : await SendAsync(request, outcome, deadline);
        }
        catch (ScriptLoadException exception)
        {
            return Failed(request, script, exception.Message, exception.Failure.Explanation);
        }
        catch (BadHttpRequestException exception) when (deadline.Reason == StopReason.None)
        {
            return MalformedBody.Describe(exception);
        }
        catch (Exception exception) when (deadline.Reason != StopReason.None && exception is Trap or OperationCanceledException or IOException)
        {
            return Stopped(request, script, deadline.Reason);
        }
        catch (Trap trap)
        {
            return Failed(request, script, $"trap: {trap.Message} ({trap.Kind})", "", trap.Limit);
        }
        finally
        {
            program?.Leave();
            budget.End();
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadBodyAsync(PipeReader reader, ResourceBudget budget, RequestDeadline deadline)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var read = await reader.ReadAsync(deadline.Token);

            // Twice: the room grows by doubling.
            budget.Charge(LimitedResource.Body, 2 * read.Buffer.Length);
            foreach (var segment in read.Buffer)
            {
                body.Write(segment.Span);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (body.Length > options.MaxBodyBytes)
            {
                deadline.Stop(StopReason.BodyTooLarge);
                throw new IOException("The request body is above the limit.");
            }

            if (read.IsCompleted)
            {
                return body.GetBuffer().AsMemory(0, (int)body.Length);
            }
        }
    }

    private static async Task<Problem?> SendAsync(RequestContext request, ScriptOutcome outcome, RequestDeadline deadline)
    {
        var response = request.Http.Response;
        response.StatusCode = outcome.Status;
        foreach (var (name, value) in outcome.Headers)
        {
            if (!ScriptHeaders.BelongToConnection(name))
            {
                HandlerFields.Add(response.Headers, name, ScriptHeaders.Safe(value));
            }
        }

        request.Stamp();
        var framing = ResponseFraming.Of(request.Http.Request.Method, outcome.Status);

        // A middleware may change the body.
        response.ContentLength = request.IsCalled ? null : framing.LengthOf(declared: null, outcome.Body.Length);
        if (framing.HasContent)
        {
            // In pieces, so that the connection holds no second copy of a large one.
            for (var body = outcome.Body; body.Length > 0; body = body[Math.Min(body.Length, PieceBytes)..])
            {
                await response.Body.WriteAsync(body[..Math.Min(body.Length, PieceBytes)], deadline.Token);
            }
        }

        return null;
    }

    private Problem Failed(RequestContext request, ScriptState script, string message, string explanation, LimitedResource? limit = null)
    {
        var refusal = request.Budget?.Refusal;
        if (refusal is not null && limit is null)
        {
            Events.LimitReached(log, refusal.ToString(), script.Name, request.Id);
        }

        Events.ScriptFailed(log, message, script.Name, request.Id, explanation);
        return new Problem(ProblemKind.HandlerError, $"The script '{script.Name}' failed. The server's log has the reason under this request id.")
        {
            Limit = limit ?? refusal?.Resource,
        };
    }

    private Problem Stopped(RequestContext request, ScriptState script, StopReason reason)
    {
        switch (request.Explain(reason))
        {
            case StopReason.BodyTooLarge:
                return RequestProblems.BodyTooLarge(options.MaxBodyBytes);
            case StopReason.ClientGone:
                Events.ClientGone(log, script.Name, request.Id);
                return RequestProblems.ClientGone;
            case StopReason.ServerStopped:
                return RequestProblems.ServerStopped;
            default:
                return RequestProblems.Late("The script", options.ExecutionTimeout, HandlerOutcome.Failure);
        }
    }
}
