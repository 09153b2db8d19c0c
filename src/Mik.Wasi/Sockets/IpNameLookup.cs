using Mik.Components.HostBinding;
using Mik.Wasi.Io;

namespace Mik.Wasi.Sockets;

/// <summary><c>wasi:sockets/ip-name-lookup</c>: denied.</summary>
[WitInterface("wasi:sockets/ip-name-lookup")]
internal static class IpNameLookup
{
    /// <summary><c>resolve-addresses: func(network: borrow&lt;network&gt;, name: string) -> result&lt;resolve-address-stream, error-code&gt;</c></summary>
    public static Result<ResolveAddressStream, SocketErrorCode> ResolveAddresses(Network network, string name) => SocketErrorCode.AccessDenied;
}

/// <summary><c>wasi:sockets/ip-name-lookup</c>: <c>resource resolve-address-stream</c>. None is ever made.</summary>
[WitResource("wasi:sockets/ip-name-lookup", "resolve-address-stream")]
internal sealed class ResolveAddressStream
{
    /// <summary><c>resolve-next-address: func() -> result&lt;option&lt;ip-address&gt;, error-code&gt;</c></summary>
    public Result<IpAddress?, SocketErrorCode> ResolveNextAddress() => SocketErrorCode.AccessDenied;

    /// <summary><c>subscribe: func() -> pollable</c></summary>
    public Pollable Subscribe() => Pollable.Always;
}
