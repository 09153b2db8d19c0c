namespace Mik.Server.Options;

/// <summary>Where the certificate for HTTPS is: a PEM file with its key, or a PKCS#12 file (PFX).</summary>
public sealed record TlsOptions
{
    /// <summary>
    /// A PEM file with the certificate and those between it and the root, or a PKCS#12 file when its name ends with <c>.pfx</c> or <c>.p12</c>.
    /// </summary>
    public required string CertificatePath { get; init; }

    /// <summary>The PEM file with the private key; null when it stands in the certificate's file.</summary>
    public string? KeyPath { get; init; }

    /// <summary>The password of the key or of the PKCS#12 file, if it has one.</summary>
    public string? Password { get; init; }
}
