using Mik.Components.HostBinding;
using Mik.Wasi.Io;

namespace Mik.Wasi.Sockets;

/// <summary><c>wasi:sockets/udp</c>: <c>record incoming-datagram</c>.</summary>
internal readonly record struct IncomingDatagram(byte[] Data, IpSocketAddress RemoteAddress);

/// <summary><c>wasi:sockets/udp</c>: <c>record outgoing-datagram</c>.</summary>
internal readonly record struct OutgoingDatagram(byte[] Data, IpSocketAddress? RemoteAddress);

/// <summary><c>wasi:sockets/udp</c>: <c>resource incoming-datagram-stream</c>. None is ever made.</summary>
[WitResource("wasi:sockets/udp", "incoming-datagram-stream")]
internal sealed class IncomingDatagramStream
{
    /// <summary><c>receive: func(max-results: u64) -> result&lt;list&lt;incoming-datagram>, error-code></c></summary>
    public Result<IncomingDatagram[], SocketErrorCode> Receive(ulong maxResults) => SocketErrorCode.AccessDenied;

    /// <summary><c>subscribe: func() -> pollable</c></summary>
    public Pollable Subscribe() => Pollable.Always;
}

/// <summary><c>wasi:sockets/udp</c>: <c>resource outgoing-datagram-stream</c>. None is ever made.</summary>
[WitResource("wasi:sockets/udp", "outgoing-datagram-stream")]
internal sealed class OutgoingDatagramStream
{
    /// <summary><c>check-send: func() -> result&lt;u64, error-code></c></summary>
    public Result<ulong, SocketErrorCode> CheckSend() => SocketErrorCode.AccessDenied;

    /// <summary><c>send: func(datagrams: list&lt;outgoing-datagram>) -> result&lt;u64, error-code></c></summary>
    public Result<ulong, SocketErrorCode> Send(OutgoingDatagram[] datagrams) => SocketErrorCode.AccessDenied;

    /// <summary><c>subscribe: func() -> pollable</c></summary>
    public Pollable Subscribe() => Pollable.Always;
}
