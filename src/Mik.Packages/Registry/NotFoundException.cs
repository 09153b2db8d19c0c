using Mik.Packages.Remote;

namespace Mik.Packages.Registry;

/// <summary>A registry does not have something: a manifest, a blob, a repository.</summary>
internal sealed class NotFoundException(string what, string why, string next) : Exception(what)
{
    /// <summary>The error as users see it.</summary>
    public PackageException ToPackageException() => new(Message, why, next, this) { Code = "package-not-found" };
}
