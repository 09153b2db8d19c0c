using System.Net;
using System.Net.Sockets;

namespace Mik.EndToEnd.Tests;

/// <summary>
/// Ports for what must say its port before it listens. Not one that systems give to whoever asks for any: by the time that it is listened on, a connection
/// of another test could have it.
/// </summary>
internal static class FreePort
{
    private const int First = 10_000;
    private const int Last = 32_000;

    /// <summary>One that nobody listens on.</summary>
    public static int Choose()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, Last);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // That one is taken.
            }
        }
    }
}
