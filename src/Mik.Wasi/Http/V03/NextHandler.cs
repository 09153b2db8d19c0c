using Mik.Components.HostBinding;
using Mik.Wasi.Http.Types;

namespace Mik.Wasi.Http.V03;

/// <summary><c>wasi:http/handler</c> as a middleware imports it: what stands behind it.</summary>
[WitInterface("wasi:http/handler")]
internal static class NextHandler
{
    /// <summary><c>handle: async func(request: request) -> result&lt;response, error-code&gt;</c></summary>
    public static ValueTask<Result<Response, ErrorCode>> Handle(WasiHttpContext wasi, Request request, CancellationToken cancellationToken)
    {
        if (wasi.Next is not { } next || !wasi.TryBeginNext())
        {
            request.Dispose();
            return new(ErrorCode.Of("internal-error", $"a middleware calls what is behind it at most {WasiLimits.NextRequests} times at once"));
        }
        var message = request.Message;
        var body = PassedBody.Of(wasi, message);
        var passed = new NextRequest
        {
            Method = request.GetMethod().ToString(),
            Scheme = request.GetScheme()?.ToString(),
            Authority = request.GetAuthority(),
            PathWithQuery = request.GetPathWithQuery() ?? "/",
            Headers = [.. message.Fields.List],
            Body = body?.Reader,
            Stopped = wasi.CancellationToken,
            Trailers = body is null ? static () => [] : () => body.Trailers,
        };
        message.Fields.Dispose();
        request.Passed();
        return new(AnswerAsync(wasi, next, passed, cancellationToken));
    }

    private static async Task<Result<Response, ErrorCode>> AnswerAsync(
        WasiHttpContext wasi, INextHandler next, NextRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await next.HandleAsync(request, cancellationToken).ConfigureAwait(false);
            if (answer.Error is { } error)
            {
                answer.Release();
                return error;
            }
            return new Response(ArrivedBody.MessageOf(wasi, answer), answer.Status);
        }
        catch (Exception exception) when (exception is not Wasm.Execution.Trap)
        {
            return ErrorCodes.FromException(exception);
        }
        finally
        {
            wasi.EndNext();
        }
    }
}
