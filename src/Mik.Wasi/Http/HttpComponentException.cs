namespace Mik.Wasi.Http;

/// <summary>Why a file cannot be served.</summary>
public enum HttpComponentErrorKind
{
    /// <summary>The bytes are not WebAssembly.</summary>
    NotWebAssembly,
    /// <summary>It is a core module, not a component.</summary>
    CoreModule,
    /// <summary>It is truncated, malformed or invalid.</summary>
    Invalid,
    /// <summary>It imports something that mik does not have.</summary>
    UnsatisfiedImports,
    /// <summary>It exports no HTTP handler.</summary>
    NoHandlerExport,
    /// <summary>It shall be a middleware, and is none.</summary>
    NotMiddleware,
    /// <summary>It is more than the host takes; the message names the limit.</summary>
    TooLarge,
}

/// <summary>A file cannot be served; the message says what is wrong and what to do.</summary>
public sealed class HttpComponentException(HttpComponentErrorKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Why the file cannot be served.</summary>
    public HttpComponentErrorKind Kind { get; } = kind;
}

/// <summary>The guest returned without a response.</summary>
public sealed class NoResponseException() : Exception("the guest returned without setting a response");

/// <summary>The guest left its body unfinished, so the response is incomplete and must be cut.</summary>
public sealed class IncompleteBodyException(string message = "it did not finish its body") : Exception(message);

/// <summary>The guest's response is none that HTTP allows; the message says why.</summary>
public sealed class InvalidResponseException(string message) : Exception(message);
