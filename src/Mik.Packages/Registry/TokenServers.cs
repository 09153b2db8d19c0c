using System.Net;
using Mik.Packages.Remote;

namespace Mik.Packages.Registry;

/// <summary>
/// Hosts that are given the credentials of a registry when it names them as its token server: the registry's own host, one above or below
/// it in the same domain (<c>auth.docker.io</c> of <c>docker.io</c>), and those that the user names in <c>MIK_TOKEN_SERVERS</c>.
/// </summary>
public sealed class TokenServers
{
    /// <summary>The variable that names more: <c>registry.example=auth.example.net,…</c>.</summary>
    public const string Variable = "MIK_TOKEN_SERVERS";

    /// <summary>None beyond the registries' own.</summary>
    public static readonly TokenServers None = new([]);

    private readonly IReadOnlyList<(string Registry, string Server)> _named;

    private TokenServers(IReadOnlyList<(string Registry, string Server)> named) => _named = named;

    /// <summary>Reads the list.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static TokenServers Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new TokenServers([.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(entry =>
            entry.Split('=', StringSplitOptions.TrimEntries) is [{ Length: > 0 } registry, { Length: > 0 } server]
                && !server.Contains('/', StringComparison.Ordinal)
                ? (registry, server)
                : throw new FormatException($"'{entry}' is no token server: write registry=host, such as registry.example=auth.example.net"))]);
    }

    /// <summary>The servers of <see cref="Variable"/>.</summary>
    /// <exception cref="PackageException">It cannot be understood.</exception>
    public static TokenServers FromEnvironment()
    {
        try
        {
            return Parse(Environment.GetEnvironmentVariable(Variable) ?? "");
        }
        catch (FormatException exception)
        {
            throw new PackageException(
                $"the environment variable {Variable} cannot be understood", exception.Message, $"{Variable}=registry.example=auth.example.net",
                exception)
            { Code = "invalid-variable" };
        }
    }

    /// <summary>Whether a token server may be given a registry's credentials.</summary>
    /// <param name="registry">Host and port of the registry.</param>
    /// <param name="realm">The token server that it names.</param>
    internal bool MayHaveCredentials(string registry, Uri realm)
    {
        var own = new Uri($"https://{registry}/");
        return IsSame(own.Authority, realm.Authority)
            || (realm.IsDefaultPort && IsOfOneDomain(own.IdnHost, realm.IdnHost))
            || _named.Any(named => IsSame(named.Registry, registry) && IsSame(named.Server, realm.Authority));
    }

    /// <summary>Neighbours do not count: under <c>co.uk</c> and the like they are strangers.</summary>
    private static bool IsOfOneDomain(string one, string other) =>
        IsSame(one, other) || (!IPAddress.TryParse(one, out _) && !IPAddress.TryParse(other, out _) && (IsBelow(one, other) || IsBelow(other, one)));

    private static bool IsBelow(string host, string domain) =>
        domain.Contains('.', StringComparison.Ordinal) && host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase);

    private static bool IsSame(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
