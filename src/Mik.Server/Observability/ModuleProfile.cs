namespace Mik.Server.Observability;

/// <summary>Where the time of the requests to one module went, each on average, in microseconds.</summary>
/// <param name="Module">The module's name.</param>
/// <param name="Requests">Requests that ended.</param>
/// <param name="Load">Reading, compiling and linking the module, for each time that it was loaded. A request pays for it when it has to wait.</param>
/// <param name="Take">Making an instance or taking one that was reset.</param>
/// <param name="Guest">The guest's own code.</param>
/// <param name="Host">Functions of the host that the guest called: bodies, headers, clocks, outgoing requests, and the waits in them.</param>
/// <param name="Reset">Freeing or resetting the instance.</param>
/// <param name="Http">All else: routing, admission, the response, the log.</param>
/// <param name="Whole">From the request's arrival to the end of its response.</param>
public sealed record ModuleProfile(string Module, long Requests, double Load, double Take, double Guest, double Host, double Reset, double Http, double Whole);
