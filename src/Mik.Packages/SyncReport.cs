using Mik.Packages.Lock;

namespace Mik.Packages;

/// <summary>What became of the dependencies.</summary>
/// <param name="Changes">One for each dependency that was worked on or removed, in ordinal order of names.</param>
/// <param name="Notes">What the user should know.</param>
/// <param name="Lock">The lock file as it is now.</param>
public sealed record SyncReport(IReadOnlyList<PackageChange> Changes, IReadOnlyList<string> Notes, LockFile Lock)
{
    /// <summary>Whether something was changed.</summary>
    public bool HasChanges => Changes.Any(change => change.Kind != PackageChangeKind.Unchanged);
}

/// <summary>What became of a dependency.</summary>
/// <param name="Kind">What.</param>
/// <param name="Name">Of which.</param>
/// <param name="File">Path of the installed file, or null.</param>
/// <param name="Before">Its row of the lock file before.</param>
/// <param name="After">Its row of the lock file now.</param>
public sealed record PackageChange(PackageChangeKind Kind, string Name, string? File, LockedPackage? Before, LockedPackage? After);

/// <summary>Kinds of changes.</summary>
public enum PackageChangeKind
{
    /// <summary>All is as it was.</summary>
    Unchanged,
    /// <summary>It is new in the lock file.</summary>
    Added,
    /// <summary>It is another component now.</summary>
    Updated,
    /// <summary>Its file was put into the modules folder; the lock file had it.</summary>
    Installed,
    /// <summary>It is gone.</summary>
    Removed,
}
