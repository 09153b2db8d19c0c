using Mik.Components.HostBinding;

namespace Mik.Wasi.Sockets;

/// <summary><c>wasi:sockets/network</c>: <c>enum error-code</c>.</summary>
internal enum SocketErrorCode
{
    Unknown, AccessDenied, NotSupported, InvalidArgument, OutOfMemory, Timeout, ConcurrencyConflict, NotInProgress, WouldBlock,
    InvalidState, NewSocketLimit, AddressNotBindable, AddressInUse, RemoteUnreachable, ConnectionRefused, ConnectionReset,
    ConnectionAborted, DatagramTooLarge, NameUnresolvable, TemporaryResolverFailure, PermanentResolverFailure,
}

/// <summary><c>wasi:sockets/network</c>: <c>enum ip-address-family</c>.</summary>
internal enum IpAddressFamily
{
    Ipv4, Ipv6,
}

/// <summary><c>wasi:sockets/network</c>: <c>type ipv6-address</c>.</summary>
internal readonly record struct Ipv6Address(ushort A, ushort B, ushort C, ushort D, ushort E, ushort F, ushort G, ushort H);

/// <summary><c>wasi:sockets/network</c>: <c>variant ip-address</c>.</summary>
[WitCase("ipv4", typeof((byte, byte, byte, byte)))]
[WitCase("ipv6", typeof(Ipv6Address))]
internal readonly record struct IpAddress(int Case, object? Payload) : IWitVariant;

/// <summary><c>wasi:sockets/network</c>: <c>record ipv4-socket-address</c>.</summary>
internal readonly record struct Ipv4SocketAddress(ushort Port, (byte, byte, byte, byte) Address);

/// <summary><c>wasi:sockets/network</c>: <c>record ipv6-socket-address</c>.</summary>
internal readonly record struct Ipv6SocketAddress(ushort Port, uint FlowInfo, Ipv6Address Address, uint ScopeId);

/// <summary><c>wasi:sockets/network</c>: <c>variant ip-socket-address</c>.</summary>
[WitCase("ipv4", typeof(Ipv4SocketAddress))]
[WitCase("ipv6", typeof(Ipv6SocketAddress))]
internal readonly record struct IpSocketAddress(int Case, object? Payload) : IWitVariant;

/// <summary><c>wasi:sockets/network</c>: <c>resource network</c>. Having one permits nothing.</summary>
[WitResource("wasi:sockets/network", "network")]
internal sealed class Network;

/// <summary><c>wasi:sockets/network</c>: in 0.2.1 and later it has a function of its own.</summary>
[WitInterface("wasi:sockets/network")]
internal static class NetworkErrors
{
    /// <summary><c>network-error-code: func(err: borrow&lt;error&gt;) -> option&lt;error-code&gt;</c></summary>
    public static SocketErrorCode? NetworkErrorCode(Io.IoError err) => null;
}

/// <summary><c>wasi:sockets/instance-network</c>.</summary>
[WitInterface("wasi:sockets/instance-network")]
internal static class InstanceNetwork
{
    /// <summary><c>instance-network: func() -> network</c></summary>
    [WitFunction("instance-network")]
    public static Network Get() => new();
}
