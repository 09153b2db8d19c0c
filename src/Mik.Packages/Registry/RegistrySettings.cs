using Mik.Packages.Remote;

namespace Mik.Packages.Registry;

/// <summary>How registries are reached.</summary>
public sealed class RegistrySettings
{
    /// <summary>Other registries in the place of some: <c>MIK_REGISTRY_MIRRORS</c>.</summary>
    public RegistryMirrors Mirrors { get; init; } = RegistryMirrors.None;

    /// <summary>Hosts that may be given the credentials of others: <c>MIK_TOKEN_SERVERS</c>.</summary>
    public TokenServers TokenServers { get; init; } = TokenServers.None;

    /// <summary>Attempts for what may pass: lost connections, 429, 5xx.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>Wait before the second attempt; it doubles, with jitter. A server's Retry-After goes before.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The longest Retry-After that is waited for; a longer one is an error that tells it.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a server may be silent.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The settings that the environment gives.</summary>
    /// <exception cref="PackageException">A variable cannot be understood.</exception>
    public static RegistrySettings FromEnvironment() => new()
    {
        Mirrors = RegistryMirrors.FromEnvironment(),
        TokenServers = TokenServers.FromEnvironment(),
    };
}
