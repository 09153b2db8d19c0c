namespace Mik.Packages.Registry;

/// <summary>
/// Registries that stand in for others: <c>ghcr.io=http://127.0.0.1:5000,docker.io=https://proxy.example/hub</c>. References and the lock file
/// keep the name of the registry that is meant; credentials are those of the mirror.
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
            throw new PackageException($"the environment variable {Variable} cannot be understood", exception.Message, $"{Variable}=ghcr.io=https://mirror.example", exception);
        }
    }

    /// <summary>Where a registry is: its mirror, else itself. Loopback registries are spoken to without TLS, all others with it.</summary>
    internal Uri AddressOf(string registry)
    {
        if (_mirrors.TryGetValue(registry, out var mirror))
        {
            return new Uri(mirror.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/v2/");
        }

        var host = registry == "docker.io" ? "registry-1.docker.io" : registry;
        var address = new Uri($"https://{host}/v2/");
        return address.IsLoopback ? new Uri($"http://{host}/v2/") : address;
    }

    /// <summary>What the credentials of a registry are kept under.</summary>
    internal string CredentialsKey(string registry) => _mirrors.TryGetValue(registry, out var mirror) ? mirror.Authority : registry;
}
