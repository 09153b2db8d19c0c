using Mik.Configuration.Reading;
using Mik.Packages.Oci;
using Mik.Packages.Registry;
using Mik.Packages.Remote;

namespace Mik.Packages.Sources;

/// <summary>Says which tags there are when one is not.</summary>
internal static class TagHint
{
    private const int MostListed = 5;

    /// <summary>The nearest name, or the last that there are; null when there are none.</summary>
    public static string? Of(string wanted, IReadOnlyList<string> names) => NearestName.Of(wanted, names) is { } nearest ? $"did you mean {nearest}?"
        : names.Count > 0 ? $"it has {string.Join(", ", names.TakeLast(MostListed))}" : null;

    /// <summary>The same failure with the nearest tag, or the last that there are; as it was, when the registry does not say.</summary>
    public static async Task<PackageException> AddAsync(
        PackageException failure, OciReference reference, RegistryClient client, CancellationToken cancellationToken)
    {
        try
        {
            var tags = await client.ListTagsAsync(reference, cancellationToken);
            return Of(reference.Tag!, tags) is { } hint
                ? new PackageException(failure.Message, failure.Why, hint, failure.InnerException) { Code = failure.Code }
                : failure;
        }
        catch (PackageException)
        {
            return failure;
        }
    }
}
