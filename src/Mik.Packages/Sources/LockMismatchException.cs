using Mik.Packages.Remote;

namespace Mik.Packages.Sources;

/// <summary>Something is not what the lock file says.</summary>
internal sealed class LockMismatchException(string what, string why, string next) : PackageException(what, why, next);
