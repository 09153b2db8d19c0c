using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Mik.Packages.Registry;

/// <summary>Finds out whether a port on loopback speaks TLS: one handshake, in which no certificate is trusted.</summary>
internal static class TlsProbe
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>Whether it does; a port that nobody listens on, or that is silent, does not.</summary>
    public static async Task<bool> RunAsync(string host, int port, CancellationToken cancellationToken)
    {
        var hasCertificate = false;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, limit.Token);
            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    {
                        hasCertificate = certificate is not null;
                        return false;
                    },
                },
                limit.Token);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException or SocketException)
        {
            // Told by the requests that follow.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Silent: as little TLS as anything else.
        }

        return hasCertificate;
    }
}
