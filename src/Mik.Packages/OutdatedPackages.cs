using Mik.Configuration.Model;
using Mik.Packages.Lock;
using Mik.Packages.Oci;
using Mik.Packages.Remote;
using Mik.Packages.Sessions;
using Mik.Packages.Sources;

namespace Mik.Packages;

/// <summary>Compares what is locked with what there is.</summary>
/// <param name="session">Registries and git.</param>
/// <param name="project">The project.</param>
public sealed class OutdatedPackages(PackageSession session, MikConfiguration project)
{
    /// <summary>All dependencies, in ordinal order of names. What cannot be asked has a problem; the others are told all the same.</summary>
    public async Task<IReadOnlyList<OutdatedPackage>> FindAsync(CancellationToken cancellationToken)
    {
        var lockFile = LockFile.Load(project.Folder);
        var dependencies = project.Dependencies.OrderBy(dependency => dependency.Name, StringComparer.Ordinal).ToArray();
        var found = new OutdatedPackage[dependencies.Length];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = PackageLimits.ParallelDownloads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, dependencies.Length), parallel, async (index, token) =>
        {
            var dependency = dependencies[index];
            var row = lockFile.Find(dependency.Name) is { } locked && locked.Fits(dependency) ? locked : null;
            try
            {
                found[index] = await AskAsync(dependency, row, token);
            }
            catch (PackageException exception)
            {
                found[index] = Of(
                    dependency, row, current: null) with
                { Problem = exception.Why is null ? exception.Message : $"{exception.Message}: {exception.Why}" };
            }
        });
        return found;
    }

    private async Task<OutdatedPackage> AskAsync(Dependency dependency, LockedPackage? row, CancellationToken cancellationToken)
    {
        switch (dependency.Source)
        {
            case PathSource path:
                var shape = ComponentShape.Of(dependency.Name, await PathPackages.ReadAsync(dependency, path, cancellationToken));
                return Of(dependency, row, shape.Digest.ToString()) with { Locked = row?.Digest.ToString() };
            case GitSource git:
                var commit = await session.Git.ResolveAsync(dependency.Name, git, project.Folder, cancellationToken)
                    ?? throw new PackageException($"the repository has no {git.Revision}") { Code = "package-not-found" };
                return Of(dependency, row, commit) with { Newest = await NewerTagAsync(dependency.Name, git, cancellationToken) };
            default:
                var reference = RegistryPackages.Reference(dependency.Name, (RegistrySource)dependency.Source);
                var current = await session.Registry.ResolveAsync(reference, cancellationToken);
                var newest = reference.Tag is { } tag && TagVersion.Of(tag) is not null
                    ? TagVersion.Newer(tag, await session.Registry.ListTagsAsync(reference, cancellationToken)) : null;
                return Of(dependency, row, current?.ToString()) with
                {
                    Newest = newest,
                    Problem = current is null ? $"{reference} is not in its registry now" : null,
                };
        }
    }

    private async Task<string?> NewerTagAsync(string name, GitSource source, CancellationToken cancellationToken) =>
        source is { Kind: GitRevisionKind.Tag, Revision: { } tag } && TagVersion.Of(tag) is not null
            ? TagVersion.Newer(tag, await session.Git.ListTagsAsync(name, source, project.Folder, cancellationToken))
            : null;

    private static OutdatedPackage Of(Dependency dependency, LockedPackage? row, string? current)
    {
        var requested = LockedPackage.RequestedOf(dependency.Source);
        return new OutdatedPackage(dependency.Name, requested, row?.Resolved, current, Newest: null, Problem: null);
    }
}

/// <summary>A dependency, what is locked of it, and what there is.</summary>
/// <param name="Name">The dependency.</param>
/// <param name="Requested">What mik.toml asks for; null where there are no versions.</param>
/// <param name="Locked">What is locked: digest of a manifest, commit, or a component's digest; null when it is not locked.</param>
/// <param name="Current">What the requested version stands for now; null when that is not known.</param>
/// <param name="Newest">A newer version than the requested one, or null.</param>
/// <param name="Problem">Why nothing is known, or null.</param>
public sealed record OutdatedPackage(string Name, string? Requested, string? Locked, string? Current, string? Newest, string? Problem)
{
    /// <summary>Whether the version stands for something else than is locked.</summary>
    public bool HasMoved => Locked is not null && Current is not null && Locked != Current;

    /// <summary>Whether there is something to do.</summary>
    public bool IsOutdated => HasMoved || Newest is not null || Locked is null;
}
