using System.Globalization;
using Mik.Scripting.Execution;
using Mik.Server.Observability.Metrics;
using Mik.Server.Options;
using Mik.Server.Requests;
using Mik.Wasi;
using Mik.Wasi.Http.Egress;

namespace Mik.Server.Scripts;

/// <summary><c>fetch</c> of scripts: outgoing HTTP under the policy that guests have.</summary>
internal sealed class ScriptFetches(MikServerOptions options, OutgoingHttp http)
{
    /// <summary>Makes a call. Never throws.</summary>
    /// <param name="caller">The script's request.</param>
    /// <param name="call">The call.</param>
    /// <param name="share">What the script has under way to other servers.</param>
    /// <param name="refused">Takes what the policy refuses.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<HandlerAnswer> RunAsync(
        RequestContext caller, FetchCall call, OutgoingShare share, RefusedCalls refused, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(call.Url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }, out var url))
        {
            return HandlerAnswer.Failure(HostCallCodes.HandlerError, $"{call.Url} is no URL");
        }

        if (ScriptHeaders.FaultOf(call.Headers) is { } fault)
        {
            return HandlerAnswer.Failure(HostCallCodes.HandlerError, fault);
        }

        var limit = options.ExecutionTimeout - caller.Spent - caller.Elapsed - HostCalls.Reserve(options);
        if (limit <= TimeSpan.Zero)
        {
            return HandlerAnswer.Failure(HostCallCodes.Timeout, $"no time is left to call {url.Authority}");
        }

        if (!share.TryBegin())
        {
            return HandlerAnswer.Failure(
                HostCallCodes.HandlerError,
                string.Create(
                    CultureInfo.InvariantCulture, $"{url.Authority}: {WasiLimits.OutgoingRequests} calls of fetch wait for their answers, as many as may"));
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            var fetch = new OutgoingFetch(call.Method, url, call.Headers, call.Body)
            {
                Propagated = CallDepth.AddTo(caller.Trace.Headers(), caller.Depth),
                Share = share,
                Admit = bytes => Admit(call, bytes),
            };
            var answer = await http.FetchAsync(fetch, deadline.Token);
            return HandlerAnswer.Response(answer.Status, answer.Headers, answer.Body);
        }
        catch (OutgoingRefusedException exception)
        {
            refused.Tell(exception.Refusal);
            return HandlerAnswer.Failure(
                HostCallCodes.NotAllowed, $"{exception.Refusal.Host} is not allowed: {exception.Refusal.Detail}{Hint(exception.Refusal)}");
        }
        catch (OperationCanceledException)
        {
            return HandlerAnswer.Failure(
                HostCallCodes.Timeout, string.Create(CultureInfo.InvariantCulture, $"{url.Authority} gave no answer within {limit.TotalSeconds:0.###} s"));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidOperationException)
        {
            return HandlerAnswer.Failure(HostCallCodes.HandlerError, $"{url.Authority}: {(exception.InnerException ?? exception).Message}");
        }
        finally
        {
            share.End();
        }
    }

    private static string Hint(EgressRefusal refusal) => refusal.Entry is { } entry ? $" (http_allowed = [\"{entry}\"] in mik.toml)" : "";

    private static void Admit(FetchCall call, int bytes)
    {
        if (!call.Share.TryCharge(bytes))
        {
            throw new IOException("the script's request has no room for the answer");
        }
    }
}
