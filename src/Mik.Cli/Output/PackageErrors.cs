using Mik.Packages.Remote;

namespace Mik.Cli.Output;

/// <summary>What is wrong with packages, for people.</summary>
internal static class PackageErrors
{
    /// <summary>An error as it is printed.</summary>
    public static CliError ToError(PackageException exception) => new(exception.Message, exception.Why, exception.Next) { Code = exception.Code };
}
