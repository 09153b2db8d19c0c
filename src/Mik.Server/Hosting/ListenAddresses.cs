using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Mik.Server.Hosting;

/// <summary>Host name and port → the endpoints to listen on.</summary>
internal static class ListenAddresses
{
    /// <summary>
    /// An address stands for itself, <c>*</c> for every address of both families, a name for all that it resolves to. With port 0 only one
    /// endpoint is used, IPv4 if there is one: two would get different ports.
    /// </summary>
    /// <exception cref="SocketException">The name does not resolve.</exception>
    public static async Task<IReadOnlyList<IPEndPoint>> ResolveAsync(string host, int port, CancellationToken cancellationToken)
    {
        if (host is "*" or "+")
        {
            return [new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, port)];
        }

        if (IPAddress.TryParse(host, out var address))
        {
            return [new IPEndPoint(address, port)];
        }

        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        var endpoints = addresses
            .Distinct()
            .OrderBy(resolved => resolved.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)
            .Where(resolved => resolved.AddressFamily == AddressFamily.InterNetwork || Socket.OSSupportsIPv6)
            .Select(resolved => new IPEndPoint(resolved, port))
            .ToArray();
        return port == 0 ? endpoints[..1] : endpoints;
    }

    /// <summary>Why a server cannot listen there, in words.</summary>
    public static string WhyNot(Exception exception, string host, int port)
    {
        var socket = exception as SocketException ?? exception.InnerException as SocketException ?? exception.InnerException?.InnerException as SocketException;
        return (exception.InnerException, socket?.SocketErrorCode) switch
        {
            (AddressInUseException, _) or (_, SocketError.AddressAlreadyInUse) => $"port {port} of {host} is in use by another program",
            (_, SocketError.AccessDenied) => $"this user may not listen on port {port}; ports below 1024 are reserved on many systems",
            (_, SocketError.AddressNotAvailable) => $"{host} is not an address of this machine",
            (_, SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData) => $"the host name '{host}' does not resolve",
            _ => $"cannot listen on {host}:{port}: {exception.Message}",
        };
    }
}
