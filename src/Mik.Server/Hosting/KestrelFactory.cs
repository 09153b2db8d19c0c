using System.Net;
using System.Net.Security;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mik.Server.Admission;

namespace Mik.Server.Hosting;

/// <summary>Kestrel as this server wants it. Its protections against slow clients and oversized headers keep their defaults.</summary>
internal static class KestrelFactory
{
    private static readonly Lazy<IServiceProvider> ServicesForHttps = new(CreateServicesForHttps);

    /// <summary>A server for the endpoints, not started.</summary>
    public static KestrelServer Create(IReadOnlyList<IPEndPoint> endpoints, ServerCertificate? certificate, Refusals refusals, ILoggerFactory logs)
    {
        var kestrel = new KestrelServerOptions
        {
            AddServerHeader = false,

            // Guests write responses from threads of their own that may wait; nothing here blocks a thread of Kestrel's.
            AllowSynchronousIO = false,

            // HTTP/2 without TLS says "http", which Kestrel would refuse on a connection that it takes for one with TLS.
            AllowAlternateSchemes = true,

            // Header values are bytes to a guest. Latin-1 carries every byte there and back.
            RequestHeaderEncodingSelector = static _ => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static _ => Encoding.Latin1,
        };

        // The handler counts bodies itself.
        kestrel.Limits.MaxRequestBodySize = null;
        if (certificate is not null)
        {
            kestrel.ApplicationServices = ServicesForHttps.Value;
        }

        var rejected = new RejectedRequests(refusals, logs);
        foreach (var endpoint in endpoints)
        {
            kestrel.Listen(endpoint, listen => Configure(listen, certificate, rejected));
        }

        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logs);
        return new KestrelServer(Options.Create(kestrel), transport, rejected);
    }

    private static void Configure(ListenOptions listen, ServerCertificate? certificate, RejectedRequests rejected)
    {
        if (certificate is null)
        {
            listen.Use(next => new Http2PriorKnowledge(next).OnConnectionAsync);
        }
        else
        {
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Current }),
            });
        }

        listen.Use(next => connection => rejected.OnConnectionAsync(connection, next));
    }

    // What Kestrel's HTTPS asks of a web host can be had from one only.
    private static IServiceProvider CreateServicesForHttps()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        return builder.Build().Services;
    }
}
