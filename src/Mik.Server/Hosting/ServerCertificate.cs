using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Mik.Server.Modules;
using Mik.Server.Observability;
using Mik.Server.Options;

namespace Mik.Server.Hosting;

/// <summary>
/// The certificate that the server shows, with those between it and the root. It is read again when its files change, which is looked for
/// when a client connects and a second has passed; one that cannot be read leaves the old one in use.
/// </summary>
internal sealed class ServerCertificate
{
    private readonly TlsOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private volatile SslStreamCertificateContext _current;
    private (FileStamp, FileStamp) _stamps;
    private long _lookedAt;

    /// <summary>Reads the certificate.</summary>
    /// <exception cref="CertificateException">It cannot be used.</exception>
    public ServerCertificate(TlsOptions options, TimeProvider clock, ILogger log)
    {
        _options = options;
        _clock = clock;
        _log = log;
        _stamps = Stamps();
        _lookedAt = clock.GetTimestamp();
        _current = Read();
    }

    /// <summary>The certificate to show now.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            var lookedAt = Volatile.Read(ref _lookedAt);
            var now = _clock.GetTimestamp();
            if (_clock.GetElapsedTime(lookedAt, now) > ModuleFactory.CheckInterval && Interlocked.CompareExchange(ref _lookedAt, now, lookedAt) == lookedAt)
            {
                ReplaceIfChanged();
            }

            return _current;
        }
    }

    private (FileStamp, FileStamp) Stamps() => (FileStamp.Of(_options.CertificatePath), _options.KeyPath is { } key ? FileStamp.Of(key) : default);

    private void ReplaceIfChanged()
    {
        var stamps = Stamps();
        if (stamps == _stamps)
        {
            return;
        }

        try
        {
            _current = Read();
            _stamps = stamps;
            Events.CertificateReplaced(_log, _options.CertificatePath, _current.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (CertificateException exception)
        {
            // Certificate and key are two files: perhaps only one has been replaced yet.
            Events.CertificateNotReplaced(_log, exception.Message);
        }
    }

    private SslStreamCertificateContext Read()
    {
        try
        {
            var (leaf, others) = IsPkcs12 ? ReadPkcs12() : ReadPem();
            if (leaf.NotAfter.ToUniversalTime() < _clock.GetUtcNow().UtcDateTime)
            {
                Events.CertificateExpired(_log, _options.CertificatePath, leaf.NotAfter.ToUniversalTime());
            }

            return SslStreamCertificateContext.Create(leaf, others, offline: true);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CertificateException(Why(exception), exception);
        }
    }

    private bool IsPkcs12 => Path.GetExtension(_options.CertificatePath).ToUpperInvariant() is ".PFX" or ".P12";

    private (X509Certificate2 Leaf, X509Certificate2Collection Others) ReadPem()
    {
        var key = _options.KeyPath ?? _options.CertificatePath;
        using var read = _options.Password is { } password
            ? X509Certificate2.CreateFromEncryptedPemFile(_options.CertificatePath, password, key)
            : X509Certificate2.CreateFromPemFile(_options.CertificatePath, key);
        var others = new X509Certificate2Collection();
        others.ImportFromPemFile(_options.CertificatePath);
        others.RemoveAt(0);

        // Windows wants the key in a store of its own.
        return (X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null), others);
    }

    private (X509Certificate2 Leaf, X509Certificate2Collection Others) ReadPkcs12()
    {
        var others = X509CertificateLoader.LoadPkcs12CollectionFromFile(_options.CertificatePath, _options.Password);
        var leaf = others.FirstOrDefault(certificate => certificate.HasPrivateKey) ?? throw new CryptographicException("it has no private key");
        others.Remove(leaf);
        return (leaf, others);
    }

    private string Why(Exception exception)
    {
        var path = _options.CertificatePath;
        return exception switch
        {
            FileNotFoundException or DirectoryNotFoundException => $"there is no file {(File.Exists(path) ? _options.KeyPath : path)}",
            IOException or UnauthorizedAccessException => $"the certificate cannot be read: {exception.Message}",
            _ when IsPkcs12 => $"{path} is no PKCS#12 file with a private key, or its password is another one: {exception.Message}",
            _ when _options.KeyPath is { } key =>
                $"{path} and {key} are no certificate and its private key in PEM, or the key's password is another one: {exception.Message}",
            _ => $"{path} has no certificate with its private key in PEM: {exception.Message}",
        };
    }
}
