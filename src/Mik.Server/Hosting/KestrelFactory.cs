using System.Net;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mik.Server.Hosting;

/// <summary>Kestrel as this server wants it. Its protections against slow clients and oversized headers keep their defaults.</summary>
internal static class KestrelFactory
{
    /// <summary>A server for the endpoints, not started.</summary>
    public static KestrelServer Create(IReadOnlyList<IPEndPoint> endpoints, ILoggerFactory logs)
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
        foreach (var endpoint in endpoints)
        {
            kestrel.Listen(endpoint, listen => listen.Use(next => new Http2PriorKnowledge(next).OnConnectionAsync));
        }

        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logs);
        return new KestrelServer(Options.Create(kestrel), transport, logs);
    }
}
