using Mik.Configuration.Model;
using Mik.Packages.Lock;
using Mik.Packages.Remote;

namespace Mik.Packages.Install;

/// <summary>What has to be done to come from a lock file to what mik.toml says.</summary>
internal sealed class SyncPlan
{
    private readonly SyncOptions _options;

    /// <summary>Makes the plan.</summary>
    public SyncPlan(IReadOnlyList<Dependency> dependencies, LockFile before, SyncOptions options)
    {
        _options = options;
        Before = before;
        Work =
        [
            .. dependencies
                .Where(dependency => IsInScope(dependency.Name))
                .OrderBy(dependency => dependency.Name, StringComparer.Ordinal)
                .Select(dependency => (dependency, !options.Update && before.Find(dependency.Name) is { } row && row.Fits(dependency) ? row : null)),
        ];
        Removed = [.. before.Packages.Where(package => IsInScope(package.Name) && !dependencies.Any(dependency => dependency.Name == package.Name))];
    }

    /// <summary>The lock file as it was.</summary>
    public LockFile Before { get; }

    /// <summary>Dependencies to fetch, with the rows that hold for them; without one, it is looked up.</summary>
    public IReadOnlyList<(Dependency Dependency, LockedPackage? Locked)> Work { get; }

    /// <summary>Rows that mik.toml has no dependency for.</summary>
    public IReadOnlyList<LockedPackage> Removed { get; }

    /// <summary>Whether a dependency is worked on.</summary>
    public bool IsInScope(string name) => _options.Scope?.Contains(name) ?? true;

    /// <summary>Refuses, with <c>--locked</c>, what would change the lock file.</summary>
    /// <exception cref="PackageException">Something would.</exception>
    public void CheckLocked()
    {
        var changes = Work.Where(work => work.Locked is null).Select(
            work => Before.Find(work.Dependency.Name) is null
                ? $"{work.Dependency.Name} is not in it" : $"mik.toml has another source or version of {work.Dependency.Name}")
            .Concat(Removed.Select(package => $"mik.toml has no {package.Name}"));
        Refuse(changes);
    }

    /// <summary>The same, when it is known what was fetched: the component behind a path may be another.</summary>
    /// <exception cref="PackageException">Something would change the lock file.</exception>
    public void CheckLocked(IReadOnlyList<FetchedPackage> fetched) => Refuse(fetched
        .Where(package => Before.Find(package.Package.Name)?.Says(package.Package) == false)
        .Select(package => $"{package.Package.Name} was {Before.Find(package.Package.Name)!.Digest}, and is {package.Package.Digest}"));

    /// <summary>The lock file with what was fetched.</summary>
    public LockFile LockOf(IReadOnlyList<FetchedPackage> fetched)
    {
        var untouched = Before.Packages.Where(package => !IsInScope(package.Name));
        return new LockFile(fetched.Select(package => package.Package).Concat(untouched), Before.Bridge);
    }

    private void Refuse(IEnumerable<string> changes)
    {
        var all = _options.Locked ? changes.ToArray() : [];
        if (all.Length > 0)
        {
            throw new PackageException(
                $"{LockFile.FileName} would change, and --locked forbids that", string.Join("; ", all),
                "run mik sync without --locked and --frozen, and commit the lock file")
            { Code = "lock-would-change" };
        }
    }
}
