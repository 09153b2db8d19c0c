namespace Mik.Configuration.Model;

/// <summary>A row of <c>[dependencies]</c>.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Source">Where it comes from.</param>
public sealed record Dependency(string Name, DependencySource Source);

/// <summary>Where a dependency comes from.</summary>
public abstract record DependencySource
{
    private protected DependencySource()
    {
    }
}

/// <summary>A registry: <c>"user/repo" = "v1"</c> or <c>{ registry = "ghcr.io/user/repo", version = "v1" }</c>.</summary>
/// <param name="Repository">Host and repository, such as <c>ghcr.io/user/repo</c>.</param>
/// <param name="Version">Tag, or digest (<c>sha256:…</c>).</param>
public sealed record RegistrySource(string Repository, string Version) : DependencySource
{
    /// <summary>The registry of names that have none.</summary>
    public const string DefaultRegistry = "ghcr.io";
}

/// <summary>A git repository: <c>{ git = "URL", branch | tag | rev = "…" }</c>.</summary>
/// <param name="Url">Its URL.</param>
/// <param name="Kind">What <paramref name="Revision"/> is.</param>
/// <param name="Revision">Branch, tag or commit; null is the repository's default branch.</param>
public sealed record GitSource(string Url, GitRevisionKind Kind = GitRevisionKind.Default, string? Revision = null) : DependencySource;

/// <summary>What a git dependency follows.</summary>
public enum GitRevisionKind
{
    /// <summary>The default branch.</summary>
    Default,
    /// <summary>A branch.</summary>
    Branch,
    /// <summary>A tag.</summary>
    Tag,
    /// <summary>A commit.</summary>
    Commit,
}

/// <summary>A component file or a project's folder: <c>{ path = "../utils" }</c>.</summary>
/// <param name="Path">As it is written.</param>
/// <param name="FullPath">Resolved against the folder of mik.toml.</param>
public sealed record PathSource(string Path, string FullPath) : DependencySource;
