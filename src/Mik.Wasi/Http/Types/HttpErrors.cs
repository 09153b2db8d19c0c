using Mik.Components.HostBinding;
using Mik.Wasi.Io;

namespace Mik.Wasi.Http.Types;

/// <summary>The free function of <c>wasi:http/types</c>.</summary>
[WitInterface("wasi:http/types")]
internal static class HttpErrors
{
    /// <summary><c>http-error-code: func(err: borrow&lt;io-error&gt;) -> option&lt;error-code&gt;</c></summary>
    public static ErrorCode? HttpErrorCode(IoError err) => ErrorCodes.Of(err);
}
