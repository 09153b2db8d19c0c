using System.Text;
using Mik.Components.HostBinding;
using Mik.Wasi.Http.Egress;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Http;

/// <summary><c>mik:core/client</c>: <c>record request</c>.</summary>
internal readonly record struct CoreClientRequest(string Method, string Url, (string Name, string Value)[] Headers, byte[]? Body);

/// <summary><c>mik:core/client</c>: <c>record response</c>.</summary>
internal readonly record struct CoreClientResponse(ushort Status, (string Name, string Value)[] Headers, byte[] Body);

/// <summary><c>mik:core/client</c>: outgoing HTTP in one call, for guests that have no use for streams. The policy is that of <c>wasi:http</c>.</summary>
[WitInterface("mik:core/client")]
internal static class CoreClient
{
    /// <summary><c>send: func(req: request) -> result&lt;response, string&gt;</c></summary>
    public static Result<CoreClientResponse, string> Send(WasiHttpContext wasi, CoreClientRequest req)
    {
        if (!Uri.TryCreate(req.Url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }, out var url)
            || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0 || url.IdnHost.Length == 0)
        {
            return $"{req.Url} is no URL of http or https";
        }
        if (!CanBeSent(req) || req.Method.Equals("CONNECT", StringComparison.OrdinalIgnoreCase))
        {
            return "its method or a field cannot be sent";
        }
        if (wasi.OutgoingHttp is not { } http)
        {
            return "outgoing HTTP is not allowed here";
        }
        if (!wasi.Outgoing.TryBegin())
        {
            return "too many requests of this guest are under way";
        }
        using var share = new BudgetShare(wasi.Budget, LimitedResource.Requests);
        try
        {
            share.Charge(WasiLimits.OutgoingRequestBytes + (req.Body?.Length ?? 0));
            var call = http.FetchAsync(
                new OutgoingFetch(req.Method, url, [.. req.Headers.Select(header => KeyValuePair.Create(header.Name, ToLatin1(header.Value)))], req.Body)
                {
                    Propagated = wasi.PropagatedHeaders,
                    Share = wasi.Outgoing,
                    Admit = bytes => Admit(share, bytes),
                },
                wasi.CancellationToken);
            wasi.Wait(call);
            var answer = call.GetAwaiter().GetResult();
            return new CoreClientResponse(
                (ushort)answer.Status, [.. answer.Headers.Select(header => (header.Key, FromLatin1(header.Value)))], answer.Body.ToArray());
        }
        catch (OutgoingRefusedException exception)
        {
            wasi.Surroundings?.OutgoingRefused(exception.Refusal);
            return $"{exception.Refusal.Host} is not allowed: {exception.Refusal.Detail}";
        }
        catch (OperationCanceledException)
        {
            throw new Trap(TrapKind.Interrupted, "interrupted while waiting");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidOperationException)
        {
            return $"{url.Authority}: {(exception.InnerException ?? exception).Message}";
        }
        finally
        {
            wasi.Outgoing.End();
        }
    }

    private static bool CanBeSent(CoreClientRequest request) =>
        Types.HttpTokens.IsToken(request.Method) && request.Headers.All(
            header => Types.HttpTokens.IsToken(header.Name) && Types.HttpTokens.IsFieldValue(Encoding.UTF8.GetBytes(header.Value)));

    // A field's value is bytes, and those are UTF-8 to the guest; the client sends Latin-1, a character a byte.
    private static string ToLatin1(string value) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(value));

    private static string FromLatin1(string value) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(value));

    private static void Admit(BudgetShare share, int bytes)
    {
        if (!share.TryCharge(bytes))
        {
            throw new IOException("the request has no room for the answer");
        }
    }
}
