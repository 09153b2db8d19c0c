using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mik.Server.Hosting;
using Mik.Server.Options;
using Mik.Wasi.Http;

namespace Mik.Server.Tests.Hosting;

public sealed class TlsTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ManualClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Https_WithAPemFile_SpeaksBothProtocols(string version)
    {
        HttpExchange? seen = null;
        WritePem("a");
        await using var server = await StartAsync(Pem(), exchange =>
        {
            seen = exchange;
            Guests.Respond(exchange, "secure");
        });
        using var client = NewClient(server, out var shown);

        using var request = new HttpRequestMessage(
            HttpMethod.Get, "/run/guest/x")
        { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var response = await client.SendAsync(request);

        Assert.Equal("secure", await response.Content.ReadAsStringAsync());
        Assert.Equal(Version.Parse(version), response.Version);
        Assert.Equal("https", server.Address.Scheme);
        Assert.Equal("https", seen!.Scheme);
        Assert.Equal(["CN=a"], shown);
    }

    [Fact]
    public async Task Https_KeyInTheSameFileOrEncryptedOrPkcs12_Works()
    {
        using var certificate = Create("b", out var key);
        await File.WriteAllTextAsync(_folder["both.pem"], certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(_folder["b.pem"], certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(
            _folder["locked.pem"],
            key.ExportEncryptedPkcs8PrivateKeyPem("s3cret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        await File.WriteAllBytesAsync(_folder["b.pfx"], certificate.Export(X509ContentType.Pkcs12, "s3cret"));
        TlsOptions[] all =
        [
            new() { CertificatePath = _folder["both.pem"] },
            new() { CertificatePath = _folder["b.pem"], KeyPath = _folder["locked.pem"], Password = "s3cret" },
            new() { CertificatePath = _folder["b.pfx"], Password = "s3cret" },
        ];
        foreach (var tls in all)
        {
            await using var server = await StartAsync(tls);
            using var client = NewClient(server, out var shown);

            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode);
            Assert.Equal(["CN=b"], shown);
        }
    }

    [Fact]
    public async Task Https_CertificateIsReplaced_NewConnectionsSeeIt()
    {
        WritePem("old");
        await using var server = await StartAsync(Pem());
        Assert.Equal("CN=old", await ShownAsync(server));

        await File.WriteAllTextAsync(_folder["cert.pem"], "torn");
        _clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal("CN=old", await ShownAsync(server));
        await server.Log.WaitForAsync("the changed certificate cannot be used");

        WritePem("new");
        _clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal("CN=new", await ShownAsync(server));
    }

    [Fact]
    public async Task Http_OnThePortOfHttps_IsNotServed()
    {
        WritePem("a");
        await using var server = await StartAsync(Pem());

        var response = await Record.ExceptionAsync(() => server.SendRawAsync("GET /health HTTP/1.1\r\nHost: h\r\n\r\n"));

        Assert.True(response is null or IOException);
    }

    [Fact]
    public async Task StartAsync_CertificateThatCannotBeUsed_SaysWhy()
    {
        WritePem("a");
        await File.WriteAllTextAsync(_folder["bad.pem"], "no certificate");
        await File.WriteAllBytesAsync(_folder["bad.pfx"], [1, 2, 3]);
        using var other = Create("other", out var otherKey);
        await File.WriteAllTextAsync(_folder["other-key.pem"], otherKey.ExportPkcs8PrivateKeyPem());
        (TlsOptions Tls, string Reason)[] all =
        [
            (new() { CertificatePath = _folder["none.pem"] }, "there is no file"),
            (Pem() with { KeyPath = _folder["none.pem"] }, "there is no file"),
            (new() { CertificatePath = _folder["bad.pem"] }, "no certificate"),
            (new() { CertificatePath = _folder["cert.pem"] }, "no certificate with its private key"),
            (new() { CertificatePath = _folder["bad.pfx"] }, "no PKCS#12 file"),
            (Pem() with { KeyPath = _folder["other-key.pem"] }, "no certificate and its private key"),
        ];
        foreach (var (tls, reason) in all)
        {
            var exception = await Assert.ThrowsAsync<CertificateException>(() => StartAsync(tls));
            Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        }
    }

    private static X509Certificate2 Create(string name, out ECDsa key)
    {
        key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private void WritePem(string name)
    {
        using var certificate = Create(name, out var key);
        _folder.Write("cert.pem", certificate.ExportCertificatePem());
        _folder.Write("key.pem", key.ExportPkcs8PrivateKeyPem());
    }

    private TlsOptions Pem() => new() { CertificatePath = _folder["cert.pem"], KeyPath = _folder["key.pem"] };

    private static HttpClient NewClient(TestServer server, out List<string> shown)
    {
        var seen = shown = [];
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    seen.Add(certificate!.Subject);
                    return certificate.Issuer == certificate.Subject;
                },
            },
        };
        return new HttpClient(handler) { BaseAddress = server.Address };
    }

    private static async Task<string> ShownAsync(TestServer server)
    {
        using var client = NewClient(server, out var shown);
        await client.GetStringAsync(new Uri("/health", UriKind.Relative));
        return shown.Single();
    }

    private Task<TestServer> StartAsync(TlsOptions tls, Action<HttpExchange>? guest = null) => TestServer.StartAsync(
        _ => new Mik.Server.Modules.ModuleModel((exchange, _, _) => (guest ?? (answered => Guests.Respond(answered, "ok")))(exchange), 1, TimeSpan.Zero),
        options => options with { Tls = tls },
        _clock);
}
