namespace Mik.Server.Hosting;

/// <summary>The certificate for HTTPS cannot be used; the message says which file, and why.</summary>
public sealed class CertificateException(string message, Exception? inner = null) : Exception(message, inner);
