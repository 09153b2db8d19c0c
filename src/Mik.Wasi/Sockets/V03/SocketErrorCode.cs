using Mik.Components.HostBinding;

namespace Mik.Wasi.Sockets.V03;

/// <summary><c>wasi:sockets/types</c>: <c>variant error-code</c>.</summary>
[WitCase("access-denied")]
[WitCase("not-supported")]
[WitCase("invalid-argument")]
[WitCase("out-of-memory")]
[WitCase("timeout")]
[WitCase("invalid-state")]
[WitCase("address-not-bindable")]
[WitCase("address-in-use")]
[WitCase("remote-unreachable")]
[WitCase("connection-refused")]
[WitCase("connection-broken")]
[WitCase("connection-reset")]
[WitCase("connection-aborted")]
[WitCase("datagram-too-large")]
[WitCase("other", typeof(string))]
internal readonly record struct SocketErrorCode(int Case, object? Payload) : IWitVariant
{
    /// <summary><c>access-denied</c>.</summary>
    public static SocketErrorCode AccessDenied => default;
}
