using Mik.Packages.Remote;

namespace Mik.Packages.Registry;

/// <summary>
/// Registries that stand in for others when something is read: <c>ghcr.io=http://127.0.0.1:5000,docker.io=https://proxy.example/hub</c>. References
/// and the lock file keep the name of the registry that is meant; credentials are those of the mirror.
/// </summary>
public sealed class RegistryMirrors
{
    /// <summary>The variable that names them.</summary>
    public const string Variable = "MIK_REGISTRY_MIRRORS";

    /// <summary>No mirror.</summary>
    public static readonly RegistryMirrors None = new([]);

    private readonly Dictionary<string, Uri> _mirrors;

    private RegistryMirrors(Dictionary<string, Uri> mirrors) => _mirrors = mirrors;

    /// <summary>Reads the list.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static RegistryMirrors Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var mirrors = new Dictionary<string, Uri>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = entry.IndexOf('=', StringComparison.Ordinal);
            var url = equals > 0 ? entry[(equals + 1)..].Trim() : "";
            if (equals <= 0
                || !Uri.TryCreate(url.Contains("://", StringComparison.Ordinal) ? url : "https://" + url, UriKind.Absolute, out var address)
                || address.Scheme is not ("http" or "https")
                || address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
            {
                throw new FormatException($"'{entry}' is no mirror: write registry=URL, such as ghcr.io=http://127.0.0.1:5000");
            }

            mirrors[entry[..equals].Trim()] = address;
        }

        return new RegistryMirrors(mirrors);
    }

    /// <summary>The mirrors of <see cref="Variable"/>.</summary>
    /// <exception cref="PackageException">It cannot be understood.</exception>
    public static RegistryMirrors FromEnvironment()
    {
        try
        {
            return Parse(Environment.GetEnvironmentVariable(Variable) ?? "");
        }
        catch (FormatException exception)
        {
            throw new PackageException(
                $"the environment variable {Variable} cannot be understood", exception.Message, $"{Variable}=ghcr.io=https://mirror.example",
                exception)
            { Code = "invalid-variable" };
        }
    }

    /// <summary>
    /// The mirror to read from; null when there is none. An entry that names the registry itself only says how it is spoken to, and is for writing too.
    /// </summary>
    internal Uri? Find(string registry, bool mayPush) =>
        _mirrors.TryGetValue(registry, out var mirror) && (!mayPush || string.Equals(mirror.Authority, registry, StringComparison.OrdinalIgnoreCase))
            ? mirror : null;
}
