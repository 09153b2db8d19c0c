using System.Net;
using System.Net.Security;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mik.Server.Pipeline;

namespace Mik.Server.Hosting;

/// <summary>Kestrel as this server wants it. Its protections against slow clients and oversized headers keep their defaults.</summary>
internal static class KestrelFactory
{
    // As many as the system allows: of a client that is turned away here, the system tries again after one second, then three, then seven.
    private const int MostToBeAccepted = ushort.MaxValue;

    /// <summary>
    /// What Kestrel asks of a web host: for HTTPS, and for sockets with buffers of their own. Without a host they rent arrays from the pool that
    /// all share, which runs empty when bodies are large. Takes some 10 ms, which is why it can be done while modules load.
    /// </summary>
    public static (IServiceProvider Services, IConnectionListenerFactory Sockets) CreateServices(ILoggerFactory logs)
    {
        var services = new ServiceCollection();
        services.AddOptions().AddMetrics().AddSingleton(logs).AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.Configure<SocketTransportOptions>(static options => options.Backlog = MostToBeAccepted);
        new KestrelServices(services).UseKestrelCore().UseKestrelHttpsConfiguration();
        var provider = services.BuildServiceProvider();
        return (provider, provider.GetRequiredService<IConnectionListenerFactory>());
    }

    /// <summary>A server for the endpoints, not started.</summary>
    public static KestrelServer Create(
        IReadOnlyList<IPEndPoint> endpoints, IServiceProvider services, IConnectionListenerFactory transport, ServerCertificate? certificate,
        LoadShedder refusals, ILoggerFactory logs)
    {
        // A line that ends without a carriage return is where servers in a row disagree about what a request is (RFC 9112, 11.2).
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        var kestrel = new KestrelServerOptions
        {
            AddServerHeader = false,

            // Guests write responses from threads of their own that may wait; nothing here blocks a thread of Kestrel's.
            AllowSynchronousIO = false,

            // HTTP/2 without TLS says "http", which Kestrel would refuse on a connection that it takes for one with TLS.
            AllowAlternateSchemes = true,

            // A target with an authority decides, whatever Host says (RFC 9112, 3.2.2).
            AllowHostHeaderOverride = true,

            RequestHeaderEncodingSelector = FieldEncodings.OfRequest,
            ResponseHeaderEncodingSelector = static _ => Encoding.Latin1,
        };

        // The handler counts bodies itself.
        kestrel.Limits.MaxRequestBodySize = null;
        Limit(kestrel.Limits.Http2);
        if (certificate is not null)
        {
            kestrel.ApplicationServices = services;
        }

        var rejected = new RejectedRequests(refusals, logs);
        foreach (var endpoint in endpoints)
        {
            kestrel.Listen(endpoint, listen => Configure(listen, certificate, rejected));
        }

        return new KestrelServer(Microsoft.Extensions.Options.Options.Create(kestrel), transport, rejected);
    }

    /// <summary>
    /// What a client may have in memory here before anybody reads it. Windows are several times what is waited for of a body, so that a body that is read
    /// goes on coming; Kestrel's own are two and three times as large. The rest is what clients expect, said so that no other default takes its place.
    /// </summary>
    private static void Limit(Http2Limits limits)
    {
        limits.MaxStreamsPerConnection = 100;
        limits.HeaderTableSize = 4096;
        limits.MaxFrameSize = 16 << 10;
        limits.InitialStreamWindowSize = 4 * BodyArrival.BufferBytes;
        limits.InitialConnectionWindowSize = 8 * BodyArrival.BufferBytes;
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
}
