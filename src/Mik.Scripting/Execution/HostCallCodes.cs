namespace Mik.Scripting.Execution;

/// <summary>The words of <c>e.code</c> when a <c>host.call</c> gives no response.</summary>
internal static class HostCallCodes
{
    /// <summary>The handler failed, or the call was none that can be made.</summary>
    public const string HandlerError = "HANDLER_ERROR";

    /// <summary>There is no such handler.</summary>
    public const string ModuleNotFound = "MODULE_NOT_FOUND";

    /// <summary>The handler, or the server, has as many requests as it may have.</summary>
    public const string RateLimited = "RATE_LIMITED";

    /// <summary>The handler only failed lately, and is left alone for a while.</summary>
    public const string CircuitOpen = "CIRCUIT_OPEN";

    /// <summary>The call's deadline passed.</summary>
    public const string Timeout = "TIMEOUT";

    /// <summary>Of <c>fetch</c>: <c>http_allowed</c> has no entry for the host.</summary>
    public const string NotAllowed = "NOT_ALLOWED";
}
