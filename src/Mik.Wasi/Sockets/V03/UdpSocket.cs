using Mik.Components.HostBinding;

namespace Mik.Wasi.Sockets.V03;

/// <summary><c>wasi:sockets/types</c>: <c>resource udp-socket</c>. None is ever made; the methods are here because components import them.</summary>
[WitResource("wasi:sockets/types", "udp-socket")]
internal sealed class UdpSocket
{
    /// <summary><c>create: static func(address-family: ip-address-family) -> result&lt;udp-socket, error-code></c></summary>
    public static Result<UdpSocket, SocketErrorCode> Create(IpAddressFamily addressFamily) => SocketErrorCode.AccessDenied;

    /// <summary><c>bind: func(local-address: ip-socket-address) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> Bind(IpSocketAddress localAddress) => SocketErrorCode.AccessDenied;

    /// <summary><c>connect: func(remote-address: ip-socket-address) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> Connect(IpSocketAddress remoteAddress) => SocketErrorCode.AccessDenied;

    /// <summary><c>disconnect: func() -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> Disconnect() => SocketErrorCode.AccessDenied;

    /// <summary><c>send: async func(data: list&lt;u8>, remote-address: option&lt;ip-socket-address>) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> Send(byte[] data, IpSocketAddress? remoteAddress) => SocketErrorCode.AccessDenied;

    /// <summary><c>receive: async func() -> result&lt;tuple&lt;list&lt;u8>, ip-socket-address>, error-code></c></summary>
    public Result<(byte[], IpSocketAddress), SocketErrorCode> Receive() => SocketErrorCode.AccessDenied;

    /// <summary><c>get-local-address: func() -> result&lt;ip-socket-address, error-code></c></summary>
    public Result<IpSocketAddress, SocketErrorCode> GetLocalAddress() => SocketErrorCode.AccessDenied;

    /// <summary><c>get-remote-address: func() -> result&lt;ip-socket-address, error-code></c></summary>
    public Result<IpSocketAddress, SocketErrorCode> GetRemoteAddress() => SocketErrorCode.AccessDenied;

    /// <summary><c>get-address-family: func() -> ip-address-family</c></summary>
    public IpAddressFamily GetAddressFamily() => IpAddressFamily.Ipv4;

    /// <summary><c>get-unicast-hop-limit: func() -> result&lt;u8, error-code></c></summary>
    public Result<byte, SocketErrorCode> GetUnicastHopLimit() => SocketErrorCode.AccessDenied;

    /// <summary><c>set-unicast-hop-limit: func(value: u8) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetUnicastHopLimit(byte value) => SocketErrorCode.AccessDenied;

    /// <summary><c>get-receive-buffer-size: func() -> result&lt;u64, error-code></c></summary>
    public Result<ulong, SocketErrorCode> GetReceiveBufferSize() => SocketErrorCode.AccessDenied;

    /// <summary><c>set-receive-buffer-size: func(value: u64) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetReceiveBufferSize(ulong value) => SocketErrorCode.AccessDenied;

    /// <summary><c>get-send-buffer-size: func() -> result&lt;u64, error-code></c></summary>
    public Result<ulong, SocketErrorCode> GetSendBufferSize() => SocketErrorCode.AccessDenied;

    /// <summary><c>set-send-buffer-size: func(value: u64) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetSendBufferSize(ulong value) => SocketErrorCode.AccessDenied;
}
