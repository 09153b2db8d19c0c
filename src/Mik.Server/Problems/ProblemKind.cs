namespace Mik.Server.Problems;

/// <summary>Every way in which a request can end without the guest's own answer. <see cref="ProblemTable"/> has a row for each.</summary>
internal enum ProblemKind
{
    /// <summary>No route has this path.</summary>
    NotFound,
    /// <summary>The route exists, the module does not.</summary>
    ModuleNotFound,
    /// <summary>The route exists, the script does not.</summary>
    ScriptNotFound,
    /// <summary>The path or a name in it is not one that this server accepts.</summary>
    InvalidRequest,
    /// <summary>The route exists, but not with this method.</summary>
    MethodNotAllowed,
    /// <summary>A condition that the request makes does not hold of the file.</summary>
    PreconditionFailed,
    /// <summary>The file ends before the range that is asked for.</summary>
    RangeNotSatisfiable,
    /// <summary>The module's file is not a component that can be served.</summary>
    ModuleInvalid,
    /// <summary>The request body is above the limit.</summary>
    PayloadTooLarge,
    /// <summary>The module has as many requests as it may have at once.</summary>
    RateLimited,
    /// <summary>The server has as many requests as it may have at once.</summary>
    Overloaded,
    /// <summary>The module only failed lately, and is left alone for a while.</summary>
    CircuitOpen,
    /// <summary>The request's deadline passed.</summary>
    Timeout,
    /// <summary>The guest trapped, gave no response, or answered with its own error code.</summary>
    HandlerError,
    /// <summary>The client went away; nobody reads the answer, only the log has it.</summary>
    ClientGone,
    /// <summary>The server is draining.</summary>
    ShuttingDown,
    /// <summary>A fault of the server itself.</summary>
    InternalError,
}
