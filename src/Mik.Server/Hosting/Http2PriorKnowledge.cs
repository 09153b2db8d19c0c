using System.Buffers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Mik.Server.Hosting;

/// <summary>
/// HTTP/1.1 and HTTP/2 by prior knowledge (RFC 9113, 3.3) on one port without TLS. Kestrel asks TLS which of them a connection speaks and
/// takes HTTP/1.1 where there is none; so this looks at the first bytes and, where they are the preface of HTTP/2, answers in the place of TLS.
/// </summary>
internal sealed class Http2PriorKnowledge(ConnectionDelegate next)
{
    // As long as Kestrel lets a connection be silent.
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(130);

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Takes a connection, looks, and passes it on.</summary>
    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        bool isHttp2;
        try
        {
            isHttp2 = await LookAsync(connection);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ConnectionResetException or ConnectionAbortedException)
        {
            // Silent for too long, or the server stops, or the client is gone.
            return;
        }

        if (isHttp2)
        {
            connection.Features.Set<ITlsConnectionFeature>(NegotiatedHttp2.Instance);
            connection.Features.Set<ITlsApplicationProtocolFeature>(NegotiatedHttp2.Instance);
        }

        await next(connection);
    }

    private static async Task<bool> LookAsync(ConnectionContext connection)
    {
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping, connection.ConnectionClosed);
        limit.CancelAfter(SilenceLimit);
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(limit.Token);
            var isPreface = IsPreface(read.Buffer);
            if (isPreface is { } decided || read.IsCompleted)
            {
                // Nothing is taken: the protocol begins with these bytes.
                input.AdvanceTo(read.Buffer.Start);
                return isPreface ?? false;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Null while the bytes could still become the preface.</summary>
    private static bool? IsPreface(ReadOnlySequence<byte> bytes)
    {
        Span<byte> first = stackalloc byte[Preface.Length];
        var length = (int)Math.Min(bytes.Length, first.Length);
        bytes.Slice(0, length).CopyTo(first);
        return !Preface.StartsWith(first[..length]) ? false : length == Preface.Length ? true : null;
    }

    /// <summary>What TLS would say of a connection that negotiated HTTP/2.</summary>
    private sealed class NegotiatedHttp2 : ITlsConnectionFeature, ITlsApplicationProtocolFeature
    {
        public static NegotiatedHttp2 Instance { get; } = new();

        public X509Certificate2? ClientCertificate
        {
            get => null;
            set => throw new NotSupportedException();
        }

        public ReadOnlyMemory<byte> ApplicationProtocol { get; } = SslApplicationProtocol.Http2.Protocol;

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult<X509Certificate2?>(null);
    }
}
