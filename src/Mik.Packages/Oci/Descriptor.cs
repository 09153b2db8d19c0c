namespace Mik.Packages.Oci;

/// <summary>What a manifest says of a blob, or an index of a manifest (image-spec, "Descriptors").</summary>
/// <param name="MediaType">Its type.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Its size in bytes.</param>
internal sealed record Descriptor(string MediaType, Digest Digest, long Size)
{
    /// <summary><c>org.opencontainers.image.title</c>: a file name, or null.</summary>
    public string? Title { get; init; }

    /// <summary><c>os/architecture</c> of a manifest in an index; null when it names none.</summary>
    public string? Platform { get; init; }
}
