namespace Mik.Wasi.Tests.Http;

/// <summary>Components that toolchains have made and that are not in the checkout: folders of <c>shared/guests</c> in a folder above it.</summary>
internal static class SharedGuests
{
    /// <summary>A folder of them; null when it is not there.</summary>
    public static string? Find(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "guests", name);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }
        return null;
    }
}
