using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Mik.Wasi.Platform;

namespace Mik.Wasi.Http.Egress;

/// <summary>What outgoing HTTP needs of the system: names, connections, trust. Tests put their own in its place; nothing of it can be configured.</summary>
internal sealed class EgressNetwork
{
    // A lookup holds a thread of the runtime's pool until it ends, whoever still waits for it.
    private static readonly SemaphoreSlim Lookups = new(4);

    /// <summary>The system's.</summary>
    public static EgressNetwork System { get; } = new();

    /// <summary>Name or address in text → addresses.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = ResolveAsync;

    /// <summary>Connects to the first of the addresses that answers on a port. It, or its failure, gives the descriptor's place back.</summary>
    public Func<IPAddress[], int, DescriptorPool.Place, CancellationToken, ValueTask<Stream>> Dial { get; init; } = DialAsync;

    /// <summary>How servers prove who they are.</summary>
    public SslClientAuthenticationOptions Tls { get; init; } = new();

    private static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return [address];
        }

        await Lookups.WaitAsync(cancellationToken).ConfigureAwait(false);
        var lookup = Dns.GetHostAddressesAsync(host, CancellationToken.None);
        _ = lookup.ContinueWith(static _ => Lookups.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return await lookup.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<Stream> DialAsync(IPAddress[] addresses, int port, DescriptorPool.Place place, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            if (Descriptors.IsBeyondOthers(socket.Handle))
            {
                throw new SocketException((int)SocketError.TooManyOpenSockets);
            }

            await socket.ConnectAsync(addresses, port, cancellationToken).ConfigureAwait(false);
            return new Connection(socket, place);
        }
        catch
        {
            socket?.Dispose();
            place.Dispose();
            throw;
        }
    }

    private sealed class Connection(Socket socket, DescriptorPool.Place place) : NetworkStream(socket, ownsSocket: true)
    {
        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            place.Dispose();
        }
    }
}
