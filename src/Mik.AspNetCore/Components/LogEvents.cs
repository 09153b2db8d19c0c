using Microsoft.Extensions.Logging;

namespace Mik.AspNetCore.Components;

/// <summary>
/// All that is logged, in one class: of several the generator of their bodies fixes no order, and the same sources would not give the same assembly.
/// </summary>
internal static partial class LogEvents
{
    [LoggerMessage(1, LogLevel.Information, "component {Component} loaded from {Path}")]
    public static partial void Loaded(ILogger log, string component, string path);

    [LoggerMessage(2, LogLevel.Error, "component {Component} cannot be loaded from {Path}: {Reason}")]
    public static partial void NotLoaded(ILogger log, string component, string path, string reason);

    [LoggerMessage(3, LogLevel.Error, "component {Component} was not replaced, the old one goes on: {Path}: {Reason}")]
    public static partial void NotReplaced(ILogger log, string component, string path, string reason);

    [LoggerMessage(4, LogLevel.Error, "trap: {Trap}\n{Stack}")]
    public static partial void Trapped(ILogger log, string trap, string stack);

    [LoggerMessage(5, LogLevel.Warning, "the response is none that can be sent: {Fault}")]
    public static partial void Invalid(ILogger log, string fault);

    [LoggerMessage(6, LogLevel.Warning, "{Warning}")]
    public static partial void Warned(ILogger log, string warning);

    [LoggerMessage(7, LogLevel.Error, "the host of component {Component} failed")]
    public static partial void HostFailed(ILogger log, string component, Exception exception);

    [LoggerMessage(8, LogLevel.Error, "what stands behind the middleware {Component} failed, and that answered all the same")]
    public static partial void BehindFailed(ILogger log, string component, Exception exception);

    [LoggerMessage(EventId = 10, Message = "{Line}", SkipEnabledCheck = true)]
    public static partial void Printed(ILogger log, LogLevel level, string line);

    [LoggerMessage(11, LogLevel.Warning, "{Bytes} more bytes of output are left out: of one request {Limit} are logged")]
    public static partial void LeftOut(ILogger log, long bytes, long limit);

    [LoggerMessage(12, LogLevel.Warning, "an outgoing call to {Host} was refused, and maybe more: {Detail}; AllowedHosts says who may be called")]
    public static partial void Refused(ILogger log, string host, string detail);
}
