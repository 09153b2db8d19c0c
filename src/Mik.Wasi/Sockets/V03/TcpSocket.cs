using Mik.Components.HostBinding;

namespace Mik.Wasi.Sockets.V03;

/// <summary><c>wasi:sockets/types</c>: <c>resource tcp-socket</c>. None is ever made; the methods are here because components import them.</summary>
[WitResource("wasi:sockets/types", "tcp-socket")]
internal sealed class TcpSocket
{
    /// <summary><c>create: static func(address-family: ip-address-family) -> result&lt;tcp-socket, error-code></c></summary>
    public static Result<TcpSocket, SocketErrorCode> Create(IpAddressFamily addressFamily) => SocketErrorCode.AccessDenied;

    /// <summary><c>bind: func(local-address: ip-socket-address) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> Bind(IpSocketAddress localAddress) => SocketErrorCode.AccessDenied;

    /// <summary><c>connect: async func(remote-address: ip-socket-address) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> Connect(IpSocketAddress remoteAddress) => SocketErrorCode.AccessDenied;

    /// <summary><c>listen: func() -> result&lt;stream&lt;tcp-socket>, error-code></c></summary>
    public Result<GuestStream, SocketErrorCode> Listen() => SocketErrorCode.AccessDenied;

    /// <summary><c>send: func(data: stream&lt;u8>) -> future&lt;result&lt;_, error-code>></c></summary>
    public GuestFuture<Result<Unit, SocketErrorCode>> Send(GuestStream data) => GuestFuture<Result<Unit, SocketErrorCode>>.Of(SocketErrorCode.AccessDenied);

    /// <summary><c>receive: func() -> tuple&lt;stream&lt;u8>, future&lt;result&lt;_, error-code>>></c></summary>
    public (GuestStream, GuestFuture<Result<Unit, SocketErrorCode>>) Receive() =>
        (GuestStream.Empty(), GuestFuture<Result<Unit, SocketErrorCode>>.Of(SocketErrorCode.AccessDenied));

    /// <summary><c>get-local-address: func() -> result&lt;ip-socket-address, error-code></c></summary>
    public Result<IpSocketAddress, SocketErrorCode> GetLocalAddress() => SocketErrorCode.AccessDenied;

    /// <summary><c>get-remote-address: func() -> result&lt;ip-socket-address, error-code></c></summary>
    public Result<IpSocketAddress, SocketErrorCode> GetRemoteAddress() => SocketErrorCode.AccessDenied;

    /// <summary><c>get-is-listening: func() -> bool</c></summary>
    public bool GetIsListening() => false;

    /// <summary><c>get-address-family: func() -> ip-address-family</c></summary>
    public IpAddressFamily GetAddressFamily() => IpAddressFamily.Ipv4;

    /// <summary><c>set-listen-backlog-size: func(value: u64) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetListenBacklogSize(ulong value) => SocketErrorCode.AccessDenied;

    /// <summary><c>get-keep-alive-enabled: func() -> result&lt;bool, error-code></c></summary>
    public Result<bool, SocketErrorCode> GetKeepAliveEnabled() => SocketErrorCode.AccessDenied;

    /// <summary><c>set-keep-alive-enabled: func(value: bool) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetKeepAliveEnabled(bool value) => SocketErrorCode.AccessDenied;

    /// <summary><c>get-keep-alive-idle-time: func() -> result&lt;duration, error-code></c></summary>
    public Result<ulong, SocketErrorCode> GetKeepAliveIdleTime() => SocketErrorCode.AccessDenied;

    /// <summary><c>set-keep-alive-idle-time: func(value: duration) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetKeepAliveIdleTime(ulong value) => SocketErrorCode.AccessDenied;

    /// <summary><c>get-keep-alive-interval: func() -> result&lt;duration, error-code></c></summary>
    public Result<ulong, SocketErrorCode> GetKeepAliveInterval() => SocketErrorCode.AccessDenied;

    /// <summary><c>set-keep-alive-interval: func(value: duration) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetKeepAliveInterval(ulong value) => SocketErrorCode.AccessDenied;

    /// <summary><c>get-keep-alive-count: func() -> result&lt;u32, error-code></c></summary>
    public Result<uint, SocketErrorCode> GetKeepAliveCount() => SocketErrorCode.AccessDenied;

    /// <summary><c>set-keep-alive-count: func(value: u32) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetKeepAliveCount(uint value) => SocketErrorCode.AccessDenied;

    /// <summary><c>get-hop-limit: func() -> result&lt;u8, error-code></c></summary>
    public Result<byte, SocketErrorCode> GetHopLimit() => SocketErrorCode.AccessDenied;

    /// <summary><c>set-hop-limit: func(value: u8) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetHopLimit(byte value) => SocketErrorCode.AccessDenied;

    /// <summary><c>get-receive-buffer-size: func() -> result&lt;u64, error-code></c></summary>
    public Result<ulong, SocketErrorCode> GetReceiveBufferSize() => SocketErrorCode.AccessDenied;

    /// <summary><c>set-receive-buffer-size: func(value: u64) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetReceiveBufferSize(ulong value) => SocketErrorCode.AccessDenied;

    /// <summary><c>get-send-buffer-size: func() -> result&lt;u64, error-code></c></summary>
    public Result<ulong, SocketErrorCode> GetSendBufferSize() => SocketErrorCode.AccessDenied;

    /// <summary><c>set-send-buffer-size: func(value: u64) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetSendBufferSize(ulong value) => SocketErrorCode.AccessDenied;
}
