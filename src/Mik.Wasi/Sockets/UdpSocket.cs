using Mik.Components.HostBinding;
using Mik.Wasi.Io;

namespace Mik.Wasi.Sockets;

/// <summary><c>wasi:sockets/udp-create-socket</c>: denied.</summary>
[WitInterface("wasi:sockets/udp-create-socket")]
internal static class UdpCreateSocket
{
    /// <summary><c>create-udp-socket: func(address-family: ip-address-family) -> result&lt;udp-socket, error-code&gt;</c></summary>
    public static Result<UdpSocket, SocketErrorCode> CreateUdpSocket(IpAddressFamily addressFamily) => SocketErrorCode.AccessDenied;
}

/// <summary><c>wasi:sockets/udp</c>: <c>resource udp-socket</c>. None is ever made; the methods are here because components import them.</summary>
[WitResource("wasi:sockets/udp", "udp-socket")]
internal sealed class UdpSocket
{
    /// <summary><c>start-bind: func(network: borrow&lt;network>, local-address: ip-socket-address) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> StartBind(Network network, IpSocketAddress localAddress) => SocketErrorCode.AccessDenied;

    /// <summary><c>finish-bind: func() -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> FinishBind() => SocketErrorCode.AccessDenied;

    /// <summary>
    /// <c>%stream: func(remote-address: option&lt;ip-socket-address>) -> result&lt;tuple&lt;incoming-datagram-stream, outgoing-datagram-stream>,
    /// error-code></c>
    /// </summary>
    public Result<(IncomingDatagramStream, OutgoingDatagramStream), SocketErrorCode> Stream(IpSocketAddress? remoteAddress) => SocketErrorCode.AccessDenied;

    /// <summary><c>local-address: func() -> result&lt;ip-socket-address, error-code></c></summary>
    public Result<IpSocketAddress, SocketErrorCode> LocalAddress() => SocketErrorCode.AccessDenied;

    /// <summary><c>remote-address: func() -> result&lt;ip-socket-address, error-code></c></summary>
    public Result<IpSocketAddress, SocketErrorCode> RemoteAddress() => SocketErrorCode.AccessDenied;

    /// <summary><c>address-family: func() -> ip-address-family</c></summary>
    public IpAddressFamily AddressFamily() => IpAddressFamily.Ipv4;

    /// <summary><c>unicast-hop-limit: func() -> result&lt;u8, error-code></c></summary>
    public Result<byte, SocketErrorCode> UnicastHopLimit() => SocketErrorCode.AccessDenied;

    /// <summary><c>set-unicast-hop-limit: func(value: u8) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetUnicastHopLimit(byte value) => SocketErrorCode.AccessDenied;

    /// <summary><c>receive-buffer-size: func() -> result&lt;u64, error-code></c></summary>
    public Result<ulong, SocketErrorCode> ReceiveBufferSize() => SocketErrorCode.AccessDenied;

    /// <summary><c>set-receive-buffer-size: func(value: u64) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetReceiveBufferSize(ulong value) => SocketErrorCode.AccessDenied;

    /// <summary><c>send-buffer-size: func() -> result&lt;u64, error-code></c></summary>
    public Result<ulong, SocketErrorCode> SendBufferSize() => SocketErrorCode.AccessDenied;

    /// <summary><c>set-send-buffer-size: func(value: u64) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetSendBufferSize(ulong value) => SocketErrorCode.AccessDenied;

    /// <summary><c>subscribe: func() -> pollable</c></summary>
    public Pollable Subscribe() => Pollable.Always;
}
