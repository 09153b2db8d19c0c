using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mik.Packages.Oci;
using Mik.Packages.Registry;
using Mik.Packages.Remote;
using Mik.Packages.Tests.Commands;
using Mik.Packages.Tests.Install;
using Mik.Testing;

namespace Mik.Packages.Tests.Registry;

/// <summary>Registries with TLS on loopback: they are spoken to with it, and what is wrong with a certificate is told.</summary>
public sealed class TlsTests
{
    [Theory]
    [InlineData("self-signed", "signed by itself, and this machine does not trust it")]
    [InlineData("other-name", "it is for other.example only")]
    [InlineData("expired", "it ended on 2001-01-01")]
    public async Task Certificate_NotTrusted_ItsFaultIsNamed(string kind, string expected)
    {
        using var certificate = Certificate(kind);
        await using var registry = await FakeRegistry.StartAsync(certificate);
        using var client = new RegistryClient(new RegistrySettings { Attempts = 1 }, new CredentialStore());

        var error = await Assert.ThrowsAsync<PackageException>(
            () => client.GetManifestAsync(OciReference.Parse($"{registry.Authority}/user/repo:v1"), default));

        Assert.Equal("certificate-untrusted", error.Code);
        Assert.Contains("cannot be trusted", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Why, StringComparison.Ordinal);
        Assert.Contains("SSL_CERT_FILE", error.Next, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Registry_WithATrustedCertificateOnLoopback_IsPublishedToAndFetchedFrom()
    {
        if (!OperatingSystem.IsLinux())
        {
            // Elsewhere the system's store decides, and a test must not change that.
            return;
        }

        using var certificate = Certificate("self-signed");
        await using var registry = await FakeRegistry.StartAsync(certificate);
        using var project = new TestProject(registry);
        project.Write();
        await File.WriteAllTextAsync(project["authority.pem"], certificate.ExportCertificatePem());
        await File.WriteAllBytesAsync(project["m.wasm"], Guests.Read("echo"));

        foreach (var words in (string[][])[["publish", $"{registry.Authority}/org/m:1.0.0", "m.wasm"], ["add", $"{registry.Authority}/org/m:1.0.0"]])
        {
            var (exitCode, errors) = await MikCommand.RunWithAsync(project, "SSL_CERT_FILE", project["authority.pem"], words);
            Assert.True(exitCode == 0, errors);
        }

        Assert.Equal(Guests.Read("echo"), await File.ReadAllBytesAsync(project["modules", "m.wasm"]));
    }

    private static X509Certificate2 Certificate(string kind)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=test registry", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        if (kind == "other-name")
        {
            names.AddDnsName("other.example");
        }
        else
        {
            names.AddIpAddress(IPAddress.Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var end = kind == "expired" ? new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero) : DateTimeOffset.UtcNow.AddDays(2);
        using var made = request.CreateSelfSigned(end.AddDays(-3), end);
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }
}
