using System.Diagnostics.CodeAnalysis;
using Mik.Packages.Remote;

namespace Mik.Packages.Sources;

/// <summary>Something is not what the lock file says.</summary>
internal sealed class LockMismatchException : PackageException
{
    [SetsRequiredMembers]
    public LockMismatchException(string what, string why, string next)
        : base(what, why, next) => Code = "lock-mismatch";
}
