using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mik.Wasi.Http.Egress;
using Mik.Wasi.Platform;

namespace Mik.Wasi.Tests.Http.Egress;

/// <summary>
/// An internet of one server, which stands behind every address: names resolve as a table says, and every connection is written down before it is
/// led to the server on loopback. Whoever reaches an address that it should not reach gets the secret.
/// </summary>
public sealed class TestInternet : IAsyncLifetime
{
    public const string Secret = "the secret";

    /// <summary>The port of a server that speaks no HTTP/2.</summary>
    public const int Http1OverTls = 9443;

    private static readonly int[] HttpsPorts = [443, 8443];

    private readonly Dictionary<string, IPAddress[]> _names = new()
    {
        ["api.example.com"] = [IPAddress.Parse("93.184.216.34")],
        ["a.example.com"] = [IPAddress.Parse("93.184.216.34")],
        ["b.c.example.com"] = [IPAddress.Parse("93.184.216.34")],
        ["example.com"] = [IPAddress.Parse("93.184.216.34")],
        ["api.example.com.evil.org"] = [IPAddress.Parse("93.184.216.35")],
        ["evil.org"] = [IPAddress.Parse("93.184.216.35")],
        ["xn--bcher-kva.example"] = [IPAddress.Parse("93.184.216.36")],
        ["internal.example.com"] = [IPAddress.Parse("10.0.0.5")],
        ["metadata.example.com"] = [IPAddress.Parse("169.254.169.254")],
        ["six.example.com"] = [IPAddress.Parse("::1")],
        ["loop.example.com"] = [IPAddress.Loopback],
        ["zero.example.com"] = [IPAddress.Any],
        ["nat64.example.com"] = [IPAddress.Parse("64:ff9b::7f00:1")],
        ["aws.example.com"] = [IPAddress.Parse("fd00:ec2::254")],
        ["azure.example.com"] = [IPAddress.Parse("168.63.129.16")],
        ["alibaba.example.com"] = [IPAddress.Parse("100.100.100.200")],
        ["oracle.example.com"] = [IPAddress.Parse("192.0.0.192")],
        ["mapped.example.com"] = [IPAddress.Parse("::ffff:10.0.0.5")],
        ["mixed.example.com"] = [IPAddress.Parse("127.0.0.1"), IPAddress.Parse("93.184.216.34"), IPAddress.Parse("fd00:ec2::254")],
        ["localhost"] = [IPAddress.Loopback, IPAddress.IPv6Loopback],
        ["db.localhost"] = [IPAddress.Loopback],
        ["metadata.google.internal"] = [IPAddress.Parse("169.254.169.254")],
    };

    private readonly X509Certificate2 _certificate = MakeCertificate();
    private readonly WebApplication _server;
    private IPEndPoint? _http;
    private IPEndPoint? _https;
    private IPEndPoint? _https1;

    public TestInternet()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // A busy machine is no slow client.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(_certificate);
            });
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.UseHttps(_certificate);
            });
        });
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    /// <summary>Addresses that were dialled.</summary>
    internal ConcurrentQueue<(IPAddress Address, int Port)> Dialled { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync(CancellationToken.None);
        var addresses = _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))
            .ToArray();
        _http = new IPEndPoint(IPAddress.Loopback, addresses.First(address => address.Scheme == "http").Port);
        _https = new IPEndPoint(IPAddress.Loopback, addresses.First(address => address.Scheme == "https").Port);
        _https1 = new IPEndPoint(IPAddress.Loopback, addresses.Last(address => address.Scheme == "https").Port);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificate.Dispose();
    }

    /// <summary>A client for guests on this internet.</summary>
    internal OutgoingHttp Allow(params string[] entries) => Allow(entries, ResolveAsync);

    /// <summary>The same with another name server.</summary>
    internal OutgoingHttp Allow(string[] entries, Func<string, CancellationToken, Task<IPAddress[]>> resolve) =>
        new(EgressPolicy.Parse(entries), new EgressNetwork
        {
            Resolve = resolve,
            Dial = DialAsync,
            Tls = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { _certificate },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        });

    /// <summary>As the system would: the table, else whatever the system's own resolver makes of a number.</summary>
    internal async Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken) =>
        _names.TryGetValue(name.TrimEnd('.').ToLowerInvariant(), out var addresses) ? addresses
        : name.All(character => char.IsAsciiHexDigit(character) || character is '.' or ':' or 'x' or 'X' or '[' or ']')
        ? await Dns.GetHostAddressesAsync(name, cancellationToken)
        : throw new SocketException((int)SocketError.HostNotFound);

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("api.example.com");
        names.AddDnsName("a.example.com");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private async ValueTask<Stream> DialAsync(IPAddress[] addresses, int port, DescriptorPool.Place place, CancellationToken cancellationToken)
    {
        place.Dispose();
        Dialled.Enqueue((addresses[0], port));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(HttpsPorts.Contains(port) ? _https! : port == Http1OverTls ? _https1! : _http!, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async Task AnswerAsync(HttpContext http)
    {
        if (http.Request.Path == "/redirect")
        {
            http.Response.Redirect(http.Request.Query["to"]!);
        }
        else if (http.Request.Path == "/echo")
        {
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            await http.Request.BodyReader.CopyToAsync(http.Response.BodyWriter, http.RequestAborted);
            return;
        }
        else if (http.Request.Path == "/early")
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        }
        else if (http.Request.Path == "/close")
        {
            http.Response.Headers.Connection = "close";
        }

        await http.Response.WriteAsync(
            $"{Secret} of {http.Request.Host} {http.Request.Protocol} {http.Connection.Id}\n{http.Request.Headers["x-custom"]}", http.RequestAborted);
    }
}
