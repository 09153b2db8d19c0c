using Microsoft.Extensions.Logging;

namespace Mik.Server.Observability;

/// <summary>The events of the log that are lines which guests and scripts print, for whoever treats them otherwise than the server's own.</summary>
public static class OutputEvents
{
    internal const int GuestOutput = 3;
    internal const int GuestError = 4;
    internal const int ScriptOutput = 30;

    /// <summary>Whether an event is one of them.</summary>
    public static bool Includes(EventId id) => id.Id is GuestOutput or GuestError or ScriptOutput;
}
