using Mik.Components.HostBinding;
using Mik.Wasi.Http.Types;

namespace Mik.Wasi.Io;

/// <summary><c>wasi:io/error</c>: <c>resource error</c>.</summary>
[WitResource("wasi:io/error", "error")]
internal sealed class IoError(string message, ErrorCode? httpError = null)
{
    /// <summary>The error as wasi:http names it, if it has a name there.</summary>
    public ErrorCode? HttpError { get; } = httpError;

    /// <summary><c>to-debug-string: func() -> string</c></summary>
    public string ToDebugString() => message;
}
