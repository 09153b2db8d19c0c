using Mik.Configuration.Model;
using Mik.Packages.Lock;
using Mik.Packages.Oci;
using Mik.Packages.Remote;
using Mik.Packages.Sessions;
using Mik.Packages.Sources;

namespace Mik.Packages.Install;

/// <summary>Gets a dependency's component: what the lock file has, exactly; else what its version stands for now.</summary>
/// <param name="session">Registries, git, the cache.</param>
/// <param name="folder">The project's folder.</param>
/// <param name="options">What may be done.</param>
internal sealed class PackageFetcher(PackageSession session, string folder, SyncOptions options)
{
    /// <summary>Fetches a dependency.</summary>
    /// <param name="dependency">The dependency.</param>
    /// <param name="locked">Its row of the lock file; null looks it up anew.</param>
    /// <param name="installed">The file where it may be installed already, or null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PackageException">It cannot be had, or is not what the lock file says.</exception>
    public async Task<FetchedPackage> FetchAsync(Dependency dependency, LockedPackage? locked, string? installed, CancellationToken cancellationToken)
    {
        if (dependency.Source is PathSource path)
        {
            var local = await PathPackages.ReadAsync(dependency, path, cancellationToken);
            return Fetched(dependency, resolved: null, local);
        }

        if (locked is null)
        {
            var (resolved, fresh) = await FetchAnewAsync(dependency, cancellationToken);
            return Fetched(dependency, resolved, fresh);
        }

        var bytes = await InstalledAsync(installed, locked.Digest, cancellationToken)
            ?? await session.Registry.ReadAsync(locked.Digest, cancellationToken)
            ?? await FetchLockedAsync(dependency, locked, cancellationToken);
        var fetched = Fetched(dependency, locked.Resolved, bytes);
        await CheckAsync(dependency, locked, fetched.Package, cancellationToken);
        return fetched;
    }

    private async Task<(string Resolved, byte[] Component)> FetchAnewAsync(Dependency dependency, CancellationToken cancellationToken)
    {
        if (dependency.Source is GitSource git)
        {
            return options.Offline
                ? throw new PackageException(
                    $"cannot look up {dependency.Name}",
                    $"it is not in {LockFile.FileName}, and --offline forbids to ask {Mik.Packages.Git.GitUrl.WithoutSecrets(git.Url)}",
                    "run mik sync once without --offline")
                { Code = "offline" }
                : await session.Git.FetchAsync(dependency, git, folder, commit: null, offline: false, cancellationToken);
        }

        var reference = RegistryPackages.Reference(dependency.Name, (RegistrySource)dependency.Source);
        if (options.Offline && reference.Digest is null)
        {
            throw new PackageException(
                $"cannot look up {dependency.Name}", $"it is not in {LockFile.FileName}, and --offline forbids to ask {reference.Registry} for {reference.Tag}",
                "run mik sync once without --offline")
            { Code = "offline" };
        }

        var (manifest, component) = await session.Registry.FetchAsync(
            reference, expected: null, options.Offline, session.ProgressOf(dependency.Name), cancellationToken);
        return (manifest.ToString(), component);
    }

    private async Task<byte[]> FetchLockedAsync(Dependency dependency, LockedPackage locked, CancellationToken cancellationToken)
    {
        if (options.Offline)
        {
            throw RegistryPackages.NotInCache($"{dependency.Name} ({locked.Digest})");
        }

        if (dependency.Source is GitSource git)
        {
            await NoteMovedTagAsync(dependency, git, locked, cancellationToken);
            return (await session.Git.FetchAsync(dependency, git, folder, locked.Resolved, offline: false, cancellationToken)).Component;
        }

        var reference = RegistryPackages.Reference(dependency.Name, (RegistrySource)dependency.Source);
        _ = Digest.TryParse(locked.Resolved, out var manifest);
        var now = await CurrentAsync(reference, cancellationToken);
        var hasMoved = now is not null && now != manifest;
        if (hasMoved)
        {
            session.Note($"{reference} has moved: it was {manifest} when it was locked, and is {now} now; mik update {dependency.Name} takes the new one");
        }

        try
        {
            return (await session.Registry.FetchAsync(reference.WithDigest(manifest!), locked.Digest, offline: false, session.ProgressOf(dependency.Name),
                cancellationToken)).Component;
        }
        catch (PackageException exception) when (exception.InnerException is Registry.NotFoundException && hasMoved)
        {
            throw new PackageException(
                $"the version of {dependency.Name} that is locked is gone from {reference.Registry}",
                $"{reference} was {manifest}, and is {now} now",
                $"mik update {dependency.Name} takes the new one",
                exception)
            { Code = "locked-version-gone" };
        }
    }

    /// <summary>What a tag stands for now; null when that cannot be told. The locked digest decides, so a failure here is none.</summary>
    private async Task<Digest?> CurrentAsync(OciReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return reference.Digest is null ? await session.Registry.ResolveAsync(reference, cancellationToken) : null;
        }
        catch (PackageException)
        {
            return null;
        }
    }

    private async Task NoteMovedTagAsync(Dependency dependency, GitSource source, LockedPackage locked, CancellationToken cancellationToken)
    {
        if (source.Kind != GitRevisionKind.Tag)
        {
            // Branches are there to move.
            return;
        }

        try
        {
            if (await session.Git.ResolveAsync(dependency.Name, source, folder, cancellationToken) is { } now && now != locked.Resolved)
            {
                session.Note(
                    $"the tag {source.Revision} of {Mik.Packages.Git.GitUrl.WithoutSecrets(source.Url)} has moved: it was {locked.Resolved} when it "
                        + $"was locked, and is {now} now; mik update {dependency.Name} takes the new one");
            }
        }
        catch (PackageException)
        {
            // The fetch that follows tells it.
        }
    }

    /// <summary>Compares a row of the lock file with the component that it is about.</summary>
    private async Task CheckAsync(Dependency dependency, LockedPackage locked, LockedPackage real, CancellationToken cancellationToken)
    {
        var wrong = locked.Digest != real.Digest ? "digest"
            : locked.Size != real.Size ? "size"
            : !locked.Imports.SequenceEqual(real.Imports, StringComparer.Ordinal) ? "imports"
            : !locked.Exports.SequenceEqual(real.Exports, StringComparer.Ordinal) ? "exports"
            : await IsResolvedElsewhereAsync(dependency, locked, cancellationToken) ? "resolved"
            : null;
        if (wrong is not null)
        {
            throw new LockMismatchException(
                $"{LockFile.FileName} does not agree with {dependency.Name}",
                wrong switch
                {
                    "digest" => $"its digest is {locked.Digest}, and the component's {real.Digest}: it was changed by hand, or by someone else",
                    "resolved" =>
                        $"it was resolved to {locked.Resolved}, which has not the component {locked.Digest}: it was changed by hand, or by someone "
                            + $"else, or is there no more",
                    _ => $"its {wrong} is not that of the component {locked.Digest}: it was changed by hand, or by someone else",
                },
                $"restore {LockFile.FileName} from version control, or run mik update {dependency.Name}");
        }
    }

    /// <summary>Whether what a row was resolved to has another component than the row. What cannot be asked for is told, and does not fail.</summary>
    private async Task<bool> IsResolvedElsewhereAsync(Dependency dependency, LockedPackage locked, CancellationToken cancellationToken)
    {
        try
        {
            switch (dependency.Source)
            {
                case RegistrySource source when Digest.TryParse(locked.Resolved, out var manifest):
                    var reference = RegistryPackages.Reference(dependency.Name, source).WithDigest(manifest);
                    return await session.Registry.DisagreesAsync(reference, locked.Digest, options.Offline, cancellationToken);
                case GitSource git:
                    return Digest.Of(
                        (await session.Git.FetchAsync(dependency, git, folder, locked.Resolved, options.Offline,
                            cancellationToken)).Component) != locked.Digest;
                default:
                    return false;
            }
        }
        catch (PackageException exception) when (exception.InnerException is not Registry.NotFoundException)
        {
            session.Note($"what {dependency.Name} was resolved to in {LockFile.FileName} could not be checked: {exception.Message}");
            return false;
        }
        catch (PackageException)
        {
            return true;
        }
    }

    private static async Task<byte[]?> InstalledAsync(string? path, Digest digest, CancellationToken cancellationToken)
    {
        if (path is null || !File.Exists(path))
        {
            return null;
        }

        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        return Digest.Of(bytes) == digest ? bytes : null;
    }

    private static FetchedPackage Fetched(Dependency dependency, string? resolved, byte[] bytes) =>
        new(LockedPackage.Of(dependency, resolved, ComponentShape.Of(dependency.Name, bytes)), bytes);
}

/// <summary>A dependency that is here.</summary>
/// <param name="Package">Its row of the lock file.</param>
/// <param name="Component">Its bytes.</param>
internal sealed record FetchedPackage(LockedPackage Package, byte[] Component);
