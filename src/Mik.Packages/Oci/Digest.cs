using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Mik.Packages.Oci;

/// <summary>The digest of some bytes: <c>sha256:</c> or <c>sha512:</c> and lower-case hexadecimal digits (image-spec, "Digests").</summary>
public sealed record Digest
{
    private const int Sha256Length = 64;
    private const int Sha512Length = 128;

    private Digest(string algorithm, string hex)
    {
        Algorithm = algorithm;
        Hex = hex;
    }

    /// <summary><c>sha256</c> or <c>sha512</c>.</summary>
    public string Algorithm { get; }

    /// <summary>The digits.</summary>
    public string Hex { get; }

    /// <summary>The first twelve digits, for messages where the whole is elsewhere.</summary>
    public string Short => Hex[..12];

    /// <summary>SHA-256 of some bytes.</summary>
    public static Digest Of(ReadOnlySpan<byte> bytes) => new("sha256", Convert.ToHexStringLower(SHA256.HashData(bytes)));

    /// <summary>SHA-256 of a file.</summary>
    public static async Task<Digest> OfFileAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return new("sha256", Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)));
    }

    /// <summary>Reads a digest; false when the text is none, or of another algorithm.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Digest? digest)
    {
        digest = null;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon < 0)
        {
            return false;
        }

        var (algorithm, hex) = (text![..colon], text[(colon + 1)..]);
        var length = algorithm switch { "sha256" => Sha256Length, "sha512" => Sha512Length, _ => -1 };
        if (hex.Length == length && hex.All(char.IsAsciiHexDigitLower))
        {
            digest = new Digest(algorithm, hex);
        }

        return digest is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Algorithm}:{Hex}";

    /// <summary>A hash of this digest's algorithm.</summary>
    internal IncrementalHash NewHash() => IncrementalHash.CreateHash(Algorithm == "sha256" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512);

    /// <summary>What a hash of <see cref="NewHash"/> has come to.</summary>
    internal Digest Finish(IncrementalHash hash) => new(Algorithm, Convert.ToHexStringLower(hash.GetHashAndReset()));

    /// <summary>The digest of some bytes by this digest's algorithm.</summary>
    internal Digest Same(ReadOnlySpan<byte> bytes) =>
        Algorithm == "sha256" ? Of(bytes) : new(Algorithm, Convert.ToHexStringLower(SHA512.HashData(bytes)));
}
