using Microsoft.AspNetCore.Http;

namespace Mik.Server.Requests;

/// <summary>What methods of requests mean to the server.</summary>
internal static class RequestMethod
{
    /// <summary>Whether a method is for proxies (CONNECT, also as HTTP/2 extends it) or gives back what may be secret (TRACE).</summary>
    public static bool IsNeverAnswered(string method) => HttpMethods.IsConnect(method) || HttpMethods.IsTrace(method);
}
