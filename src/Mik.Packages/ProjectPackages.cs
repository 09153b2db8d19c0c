using System.Text;
using Mik.Configuration.Model;
using Mik.Packages.Cache;
using Mik.Packages.Install;
using Mik.Packages.Lock;
using Mik.Packages.Remote;
using Mik.Packages.Sessions;
using Mik.Packages.Sources;
using Mik.Toml;

namespace Mik.Packages;

/// <summary>The dependencies of a project: brings <c>mik.lock</c> and the modules folder to what <c>mik.toml</c> says. One process at a time does.</summary>
/// <param name="session">Registries, git, the cache.</param>
/// <param name="project">The project as it is to be.</param>
public sealed class ProjectPackages(PackageSession session, MikConfiguration project)
{
    private const string StateFolder = ".mik";

    private string LockPath => Path.Combine(project.Folder, LockFile.FileName);

    private string RecordPath => Path.Combine(project.Folder, StateFolder, "installed.json");

    private string Modules => Path.TrimEndingDirectorySeparator(project.Server.Modules);

    /// <summary>Fetches what is missing, checks all that is locked, and writes lock file and modules together. A failure leaves everything as it was.</summary>
    /// <exception cref="PackageException">It failed.</exception>
    /// <exception cref="PackageFailuresException">It failed for several reasons.</exception>
    public async Task<SyncReport> SyncAsync(SyncOptions options, CancellationToken cancellationToken)
    {
        try
        {
            using var taken = await TakeAsync(cancellationToken);
            return await RunAsync(options, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PackageException(
                "cannot read or write files of the project or of the cache", exception.Message,
                "nothing was changed; make room or correct the permissions, and run it again", exception)
            { Code = "project-files-unusable" };
        }
    }

    /// <summary>The HTTP bridge of <c>composition.bridge</c>: a file of this machine as it is, one of a registry as it is locked.</summary>
    /// <returns>What messages call it, and its bytes.</returns>
    /// <exception cref="PackageException">It cannot be had.</exception>
    public async Task<(string Name, byte[] Component)> BridgeAsync(SyncOptions options, CancellationToken cancellationToken)
    {
        var dependency = BridgeSource.Of(project);
        if (dependency.Source is PathSource)
        {
            return (project.Bridge, (await new PackageFetcher(session, project.Folder, options)
                .FetchAsync(dependency, locked: null, installed: null, cancellationToken)).Component);
        }

        try
        {
            using var taken = await TakeAsync(cancellationToken);
            var lockFile = LockFile.Load(project.Folder);
            var locked = !options.Update && lockFile.Bridge?.Fits(dependency) == true ? lockFile.Bridge : null;
            if (locked is null && options.Locked)
            {
                throw new PackageException(
                    $"{LockFile.FileName} would change", $"it has no {(lockFile.Bridge is null ? "" : "such ")}bridge as composition.bridge asks for",
                    "run it once without --locked and --frozen, and commit the lock file")
                { Code = "lock-would-change" };
            }

            var fetched = await new PackageFetcher(session, project.Folder, options).FetchAsync(dependency, locked, installed: null, cancellationToken);
            var after = new LockFile(lockFile.Packages, fetched.Package).ToString();
            if (!options.DryRun && after != lockFile.ToString())
            {
                AtomicFile.Write(LockPath, Encoding.UTF8.GetBytes(after));
            }

            return (project.Bridge, fetched.Component);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PackageException(
                "cannot read or write files of the project or of the cache", exception.Message, inner: exception)
            { Code = "project-files-unusable" };
        }
    }

    private async Task<FileLock> TakeAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(project.Folder, StateFolder);
        Directory.CreateDirectory(folder);
        var ignore = Path.Combine(folder, ".gitignore");
        if (!File.Exists(ignore))
        {
            // What mik keeps here is of this machine.
            AtomicFile.Write(ignore, "*\n"u8);
        }

        return await FileLock.TakeAsync(
            Path.Combine(folder, "packages.lock"), () => session.Waiting?.Invoke($"waiting for another mik that works on the packages of {project.Folder}"),
            cancellationToken);
    }

    private async Task<SyncReport> RunAsync(SyncOptions options, CancellationToken cancellationToken)
    {
        DependencyFile.Check(project.Dependencies.Select(dependency => dependency.Name));
        if (project.Dependencies.Count > 0 && (File.Exists(Modules) || Modules.EndsWith(".wasm", StringComparison.Ordinal)))
        {
            throw new PackageException(
                "there is no folder to install into", $"server.modules names one file, {Modules}",
                "name a folder: modules = \"modules/\"")
            { Code = "modules-not-a-folder" };
        }

        var before = LockFile.Load(project.Folder);
        var plan = new SyncPlan(project.Dependencies, before, options);
        plan.CheckLocked();
        var folder = new ModulesFolder(project.Folder, Modules, InstallRecord.Load(RecordPath));
        var fetched = await FetchAllAsync(plan, folder, options, cancellationToken);
        plan.CheckLocked(fetched);
        var after = plan.LockOf(fetched);
        var changes = Write(plan, folder, fetched, after, options);
        return new SyncReport(changes, session.TakeNotes(), after);
    }

    private async Task<IReadOnlyList<FetchedPackage>> FetchAllAsync(
        SyncPlan plan, ModulesFolder folder, SyncOptions options, CancellationToken cancellationToken)
    {
        var fetcher = new PackageFetcher(session, project.Folder, options);
        var fetched = new FetchedPackage?[plan.Work.Count];
        var failures = new PackageException?[plan.Work.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = PackageLimits.ParallelDownloads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, plan.Work.Count), parallel, async (index, token) =>
        {
            var (dependency, locked) = plan.Work[index];
            try
            {
                fetched[index] = await fetcher.FetchAsync(dependency, locked, folder.PathOf(dependency.Name), token);
            }
            catch (PackageException exception)
            {
                failures[index] = exception;
            }
        });
        var failed = failures.OfType<PackageException>().ToArray();
        return failed switch
        {
            [] => [.. fetched.OfType<FetchedPackage>()],
            [var only] => throw only,
            _ => throw new PackageFailuresException(failed),
        };
    }

    /// <summary>Writes record, modules, manifest and lock file, in an order in which a kill between two of them does no harm.</summary>
    private List<PackageChange> Write(SyncPlan plan, ModulesFolder folder, IReadOnlyList<FetchedPackage> fetched, LockFile after, SyncOptions options)
    {
        var record = InstallRecord.Load(RecordPath);
        var afterRecord = folder.RecordOf(after.Packages.Where(package => plan.IsInScope(package.Name) || record.Has(folder.RecordName(package.Name))));
        var changes = new List<PackageChange>();
        var writes = new List<FetchedPackage>();
        foreach (var package in fetched)
        {
            var was = plan.Before.Find(package.Package.Name);
            var mustWrite = folder.MustWrite(package.Package, was, session.Note);
            if (mustWrite)
            {
                writes.Add(package);
            }

            var kind = was is null
                ? PackageChangeKind.Added : !was.Says(package.Package)
                ? PackageChangeKind.Updated : mustWrite ? PackageChangeKind.Installed : PackageChangeKind.Unchanged;
            changes.Add(new PackageChange(kind, package.Package.Name, folder.PathOf(package.Package.Name), was, package.Package));
        }

        var kept = after.Packages.Select(package => folder.RecordName(package.Name)).ToHashSet(StringComparer.Ordinal);
        var deletes = folder.Superfluous(kept, session.Note).ToArray();
        changes.AddRange(
            plan.Removed.Select(
                package =>
                    new PackageChange(
                        PackageChangeKind.Removed, package.Name, deletes.FirstOrDefault(path => path == folder.PathOf(package.Name)), package, After: null)));
        if (!options.DryRun)
        {
            Commit(record, afterRecord, folder, writes, deletes, after, options.Manifest);
        }

        return [.. changes.OrderBy(change => change.Name, StringComparer.Ordinal)];
    }

    private void Commit(
        InstallRecord record, InstallRecord afterRecord, ModulesFolder folder, List<FetchedPackage> writes, string[] deletes, LockFile after,
        ManifestChange? manifest)
    {
        AtomicFile.RemoveUnfinished(Modules);
        AtomicFile.RemoveUnfinished(project.Folder);
        AtomicFile.RemoveUnfinished(Path.GetDirectoryName(RecordPath)!);
        using var files = new FileTransaction();
        if (writes.Count > 0 || deletes.Length > 0)
        {
            files.Write(RecordPath, record.Union(afterRecord).ToBytes());
        }

        writes.ForEach(package => files.Write(folder.PathOf(package.Package.Name), package.Component));
        Array.ForEach(deletes, files.Delete);
        if (manifest is not null)
        {
            if (TomlDocument.Parse(File.ReadAllBytes(project.File)).Text != manifest.Before)
            {
                throw new PackageException(
                    $"{project.File} was changed meanwhile", "it is not what it was when this command began", "run it again")
                { Code = "config-changed" };
            }

            files.Write(AtomicFile.Target(project.File), Encoding.UTF8.GetBytes(manifest.After));
        }

        WriteIfOther(
            files, AtomicFile.Target(LockPath), Encoding.UTF8.GetBytes(after.ToString()), isNeeded: after.Packages.Count > 0 || after.Bridge is not null);
        WriteIfOther(files, RecordPath, afterRecord.ToBytes(), isNeeded: afterRecord.Files.Any());
        files.Commit();
    }

    private static void WriteIfOther(FileTransaction files, string path, byte[] bytes, bool isNeeded)
    {
        var exists = File.Exists(path);
        if (exists ? !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes) : isNeeded)
        {
            files.Write(path, bytes);
        }
    }
}
