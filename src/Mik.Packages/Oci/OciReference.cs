using System.Text.RegularExpressions;

namespace Mik.Packages.Oci;

/// <summary>
/// The name of something in a registry: <c>registry/repository:tag@digest</c>. Without a registry it is <c>ghcr.io</c>; the first part is a
/// registry when it has a dot or a colon or is <c>localhost</c>. Grammar: distribution-spec, "Pulling manifests".
/// </summary>
public sealed partial record OciReference
{
    /// <summary>The registry of names that have none.</summary>
    public const string DefaultRegistry = "ghcr.io";

    /// <summary>The tag of names that have none.</summary>
    public const string DefaultTag = "latest";

    /// <summary>What a reference may begin with, where paths are taken too.</summary>
    public const string Scheme = "oci://";

    private const int LongestRepository = 255;

    private OciReference(string registry, string repository, string? tag, Digest? digest)
    {
        Registry = registry;
        Repository = repository;
        Tag = tag;
        Digest = digest;
    }

    /// <summary>Host and port, as it is written.</summary>
    public string Registry { get; }

    /// <summary>The repository below the registry.</summary>
    public string Repository { get; }

    /// <summary>The tag; null when there is none.</summary>
    public string? Tag { get; }

    /// <summary>The digest of the manifest; null when there is none. With one, a tag is only a remark.</summary>
    public Digest? Digest { get; }

    /// <summary>Registry and repository: <c>ghcr.io/user/repo</c>.</summary>
    public string Name => $"{Registry}/{Repository}";

    /// <summary>The last part of the repository.</summary>
    public string Leaf => Repository[(Repository.LastIndexOf('/') + 1)..];

    /// <summary>What stands in the place of the version in a request: the digest, else the tag.</summary>
    internal string Selector => Digest?.ToString() ?? Tag ?? DefaultTag;

    /// <summary>Reads a reference.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static OciReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rest = text.StartsWith(Scheme, StringComparison.Ordinal) ? text[Scheme.Length..] : text;
        if (!rest.Contains('/', StringComparison.Ordinal) && rest.Contains('@', StringComparison.Ordinal)
            && PackageNames.PackageName.TryParse(rest, out var package))
        {
            throw new FormatException(
                $"'{text}' is the name of a package, which only mik add looks up; the reference of one is written host/user/{package.Name}:{package.Version}");
        }

        if (rest.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme)
        {
            throw new FormatException($"'{text}' has a scheme, and references have none: write '{rest[(scheme + 3)..]}'");
        }

        Digest? digest = null;
        if (rest.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at)
        {
            digest = ParseDigest(text, rest[(at + 1)..]);
            rest = rest[..at];
        }

        string? tag = null;
        if (rest.LastIndexOf(':') is var colon && colon > rest.LastIndexOf('/'))
        {
            tag = CheckedTag(text, rest[(colon + 1)..]);
            rest = rest[..colon];
        }

        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var first = slash > 0 ? rest[..slash] : "";
        var hasRegistry = first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost";
        var registry = hasRegistry ? CheckedRegistry(text, first) : DefaultRegistry;
        return new OciReference(registry, CheckedRepository(text, registry, hasRegistry ? rest[(slash + 1)..] : rest), tag, digest);
    }

    /// <summary>A reference from a name with a registry and a version, which is a tag or a digest.</summary>
    /// <exception cref="FormatException">One of them is wrong; the message says why.</exception>
    public static OciReference Of(string name, string version)
    {
        var reference = Parse(name);
        if (reference.Tag is not null || reference.Digest is not null)
        {
            throw new FormatException($"'{name}' has a version in its name; the version stands apart");
        }

        return version.Contains(':', StringComparison.Ordinal)
            ? reference.WithDigest(ParseDigest(version, version))
            : reference.WithTag(CheckedTag(version, version));
    }

    /// <summary>The same name with another tag and no digest.</summary>
    public OciReference WithTag(string tag) => new(Registry, Repository, CheckedTag(tag, tag), digest: null);

    /// <summary>The same name with a digest and no tag.</summary>
    public OciReference WithDigest(Digest digest) => new(Registry, Repository, tag: null, digest);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}{(Tag is null ? "" : ":" + Tag)}{(Digest is null ? "" : "@" + Digest)}";

    private static Digest ParseDigest(string text, string digest) => Digest.TryParse(digest, out var parsed)
        ? parsed
        : throw new FormatException(
            digest.Contains(':', StringComparison.Ordinal) || !text.EndsWith('@' + digest, StringComparison.Ordinal)
                ? $"'{text}' has no digest that mik knows: sha256: and 64 lower-case hexadecimal digits, or sha512: and 128"
                : $"'{text}' has '{digest}' where a digest stands; a version is written {text[..^(digest.Length + 1)]}:{digest}");

    private static string CheckedTag(string text, string tag) => TagExpression().IsMatch(tag)
        ? tag
        : throw new FormatException($"'{text}' has no right tag: letters, digits, '_', '.' and '-', at most 128, not beginning with '.' or '-'");

    private static string CheckedRegistry(string text, string registry) => RegistryExpression().IsMatch(registry)
        ? registry
        : throw new FormatException($"'{text}' has no right registry: a host name, and perhaps ':' and a port");

    private static string CheckedRepository(string text, string registry, string repository)
    {
        if (RepositoryExpression().IsMatch(repository) && repository.Length <= LongestRepository)
        {
            // Docker's registry keeps what has no owner under library/.
            return registry == "docker.io" && !repository.Contains('/', StringComparison.Ordinal) ? $"library/{repository}" : repository;
        }

        throw new FormatException(repository.Any(char.IsAsciiLetterUpper) && RepositoryExpression().IsMatch(repository.ToLowerInvariant())
            ? $"'{text}' has upper-case letters in its repository, and registries have none: write '{repository.ToLowerInvariant()}'"
            : $"'{text}' has no right repository: user/repo of lower-case letters, digits, and '.', '_' or '-' between them");
    }

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\z", RegexOptions.NonBacktracking)]
    private static partial Regex TagExpression();

    [GeneratedRegex(@"^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?\z",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex RegistryExpression();

    [GeneratedRegex(@"^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex RepositoryExpression();
}
