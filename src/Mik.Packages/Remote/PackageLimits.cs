namespace Mik.Packages.Remote;

/// <summary>What mik takes from others at most, so that a hostile server cannot fill memory or disk.</summary>
internal static class PackageLimits
{
    /// <summary>A manifest or an index of a registry, in bytes: what the distribution specification asks clients to allow.</summary>
    public const int ManifestBytes = 4 << 20;

    /// <summary>Any other answer that is read into memory, in bytes.</summary>
    public const int AnswerBytes = 1 << 20;

    /// <summary>A component, in bytes.</summary>
    public const long ComponentBytes = 512L << 20;

    /// <summary>Depth of objects and arrays in JSON.</summary>
    public const int JsonDepth = 16;

    /// <summary>Redirects of one request.</summary>
    public const int Redirects = 5;

    /// <summary>Tags that are read of one repository.</summary>
    public const int Tags = 20_000;

    /// <summary>Dependencies that are fetched at once.</summary>
    public const int ParallelDownloads = 4;
}
