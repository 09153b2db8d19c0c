using Mik.Components.HostBinding;
using Mik.Wasi.Io;
using Mik.Wasi.Io.Streams;

namespace Mik.Wasi.Sockets;

/// <summary><c>wasi:sockets/tcp</c>: <c>enum shutdown-type</c>.</summary>
internal enum ShutdownType
{
    Receive, Send, Both,
}

/// <summary><c>wasi:sockets/tcp-create-socket</c>: denied.</summary>
[WitInterface("wasi:sockets/tcp-create-socket")]
internal static class TcpCreateSocket
{
    /// <summary><c>create-tcp-socket: func(address-family: ip-address-family) -> result&lt;tcp-socket, error-code&gt;</c></summary>
    public static Result<TcpSocket, SocketErrorCode> CreateTcpSocket(IpAddressFamily addressFamily) => SocketErrorCode.AccessDenied;
}

/// <summary><c>wasi:sockets/tcp</c>: <c>resource tcp-socket</c>. None is ever made; the methods are here because components import them.</summary>
[WitResource("wasi:sockets/tcp", "tcp-socket")]
internal sealed class TcpSocket
{
    /// <summary><c>start-bind: func(network: borrow&lt;network>, local-address: ip-socket-address) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> StartBind(Network network, IpSocketAddress localAddress) => SocketErrorCode.AccessDenied;

    /// <summary><c>finish-bind: func() -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> FinishBind() => SocketErrorCode.AccessDenied;

    /// <summary><c>start-connect: func(network: borrow&lt;network>, remote-address: ip-socket-address) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> StartConnect(Network network, IpSocketAddress remoteAddress) => SocketErrorCode.AccessDenied;

    /// <summary><c>finish-connect: func() -> result&lt;tuple&lt;input-stream, output-stream>, error-code></c></summary>
    public Result<(InputStream, OutputStream), SocketErrorCode> FinishConnect() => SocketErrorCode.AccessDenied;

    /// <summary><c>start-listen: func() -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> StartListen() => SocketErrorCode.AccessDenied;

    /// <summary><c>finish-listen: func() -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> FinishListen() => SocketErrorCode.AccessDenied;

    /// <summary><c>accept: func() -> result&lt;tuple&lt;tcp-socket, input-stream, output-stream>, error-code></c></summary>
    public Result<(TcpSocket, InputStream, OutputStream), SocketErrorCode> Accept() => SocketErrorCode.AccessDenied;

    /// <summary><c>local-address: func() -> result&lt;ip-socket-address, error-code></c></summary>
    public Result<IpSocketAddress, SocketErrorCode> LocalAddress() => SocketErrorCode.AccessDenied;

    /// <summary><c>remote-address: func() -> result&lt;ip-socket-address, error-code></c></summary>
    public Result<IpSocketAddress, SocketErrorCode> RemoteAddress() => SocketErrorCode.AccessDenied;

    /// <summary><c>is-listening: func() -> bool</c></summary>
    public bool IsListening() => false;

    /// <summary><c>address-family: func() -> ip-address-family</c></summary>
    public IpAddressFamily AddressFamily() => IpAddressFamily.Ipv4;

    /// <summary><c>set-listen-backlog-size: func(value: u64) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetListenBacklogSize(ulong value) => SocketErrorCode.AccessDenied;

    /// <summary><c>keep-alive-enabled: func() -> result&lt;bool, error-code></c></summary>
    public Result<bool, SocketErrorCode> KeepAliveEnabled() => SocketErrorCode.AccessDenied;

    /// <summary><c>set-keep-alive-enabled: func(value: bool) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetKeepAliveEnabled(bool value) => SocketErrorCode.AccessDenied;

    /// <summary><c>keep-alive-idle-time: func() -> result&lt;duration, error-code></c></summary>
    public Result<ulong, SocketErrorCode> KeepAliveIdleTime() => SocketErrorCode.AccessDenied;

    /// <summary><c>set-keep-alive-idle-time: func(value: duration) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetKeepAliveIdleTime(ulong value) => SocketErrorCode.AccessDenied;

    /// <summary><c>keep-alive-interval: func() -> result&lt;duration, error-code></c></summary>
    public Result<ulong, SocketErrorCode> KeepAliveInterval() => SocketErrorCode.AccessDenied;

    /// <summary><c>set-keep-alive-interval: func(value: duration) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetKeepAliveInterval(ulong value) => SocketErrorCode.AccessDenied;

    /// <summary><c>keep-alive-count: func() -> result&lt;u32, error-code></c></summary>
    public Result<uint, SocketErrorCode> KeepAliveCount() => SocketErrorCode.AccessDenied;

    /// <summary><c>set-keep-alive-count: func(value: u32) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetKeepAliveCount(uint value) => SocketErrorCode.AccessDenied;

    /// <summary><c>hop-limit: func() -> result&lt;u8, error-code></c></summary>
    public Result<byte, SocketErrorCode> HopLimit() => SocketErrorCode.AccessDenied;

    /// <summary><c>set-hop-limit: func(value: u8) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> SetHopLimit(byte value) => SocketErrorCode.AccessDenied;

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

    /// <summary><c>shutdown: func(shutdown-type: shutdown-type) -> result&lt;_, error-code></c></summary>
    public Result<Unit, SocketErrorCode> Shutdown(ShutdownType shutdownType) => SocketErrorCode.AccessDenied;
}
