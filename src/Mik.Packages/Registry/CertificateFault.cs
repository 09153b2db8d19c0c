using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mik.Packages.Remote;

namespace Mik.Packages.Registry;

/// <summary>A server's certificate is not trusted.</summary>
/// <param name="reason">Why.</param>
internal sealed class UntrustedCertificateException(string reason) : Exception(reason);

/// <summary>What is wrong with a server's certificate, in words that tell what to do.</summary>
internal static class CertificateFault
{
    /// <summary>Takes a certificate that the platform found right; tells the fault of any other.</summary>
    /// <exception cref="UntrustedCertificateException">It is not trusted.</exception>
    public static bool Check(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => errors == SslPolicyErrors.None
        ? true
        : throw new UntrustedCertificateException(certificate is X509Certificate2 shown ? Told(shown, chain, errors) : "it shows no certificate");

    private static string Told(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var states = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        var faults = new List<string>();
        if (states.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            faults.Add(certificate.NotAfter < DateTime.Now
                ? $"it ended on {Day(certificate.NotAfter)}"
                : certificate.NotBefore > DateTime.Now ? $"it begins on {Day(certificate.NotBefore)}" : "a certificate that it was signed with is out of date");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            faults.Add($"it is for {Names(certificate)} only");
        }

        if ((states & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != X509ChainStatusFlags.NoError)
        {
            faults.Add(certificate.Subject == certificate.Issuer
                ? "it is signed by itself, and this machine does not trust it"
                : $"it is signed by {RemoteText.Clean(certificate.Issuer)}, which this machine does not trust");
        }

        if (states.HasFlag(X509ChainStatusFlags.Revoked))
        {
            faults.Add("it was revoked");
        }

        return $"the certificate of {RemoteText.Clean(certificate.Subject)} is not trusted: "
            + $"{(faults.Count > 0 ? string.Join("; ", faults) : states == X509ChainStatusFlags.NoError ? errors.ToString() : states.ToString())}";
    }

    private static string Day(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Names(X509Certificate2 certificate)
    {
        var alternative = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        var names = alternative is null
            ? []
            : alternative.EnumerateDnsNames().Concat(alternative.EnumerateIPAddresses().Select(address => address.ToString())).Take(8).ToArray();
        return RemoteText.Clean(names.Length > 0 ? string.Join(", ", names) : certificate.Subject);
    }
}
