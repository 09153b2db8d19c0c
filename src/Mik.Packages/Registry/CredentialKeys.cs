using System.Text.Json;

namespace Mik.Packages.Registry;

/// <summary>
/// The keys that the credentials of a repository may be kept under, nearest first: <c>host/user/repo</c>, <c>host/user</c> (podman's name spaces),
/// the host, the host as a URL with or without a path (docker's), and last any key of that host, as oras takes it.
/// </summary>
internal sealed class CredentialKeys
{
    private const string DockerHub = "docker.io";

    private static readonly string[] DockerHubHosts = ["https://index.docker.io/v1/", DockerHub, "index.docker.io", "registry-1.docker.io"];

    private readonly string _host;
    private readonly string[] _names;

    /// <summary>Makes them.</summary>
    /// <param name="name">Host and port, and perhaps <c>/</c> and a repository.</param>
    public CredentialKeys(string name)
    {
        var parts = name.Split('/');
        _host = parts[0];
        _names = [.. Enumerable.Range(0, parts.Length).Select(dropped => string.Join('/', parts[..^dropped]))];
    }

    /// <summary>The keys that a credential program is asked for.</summary>
    public IReadOnlyList<string> ForPrograms =>
        _host == DockerHub
            ? DockerHubHosts : [_host, $"https://{_host}", $"https://{_host}/", $"https://{_host}/v1/", $"https://{_host}/v2/", $"http://{_host}"];

    /// <summary>Those that a section of a file has.</summary>
    public IEnumerable<string> In(JsonElement section)
    {
        var there = section.EnumerateObject().Select(property => property.Name).ToArray();
        var named = _names.SelectMany(name => there.Where(key => !IsUrl(key) && Host(key) == _host && key.TrimEnd('/') == name));
        var hosts = _host == DockerHub ? DockerHubHosts : [_host];
        var ofHost = there.Where(
            key => hosts.Contains(key, StringComparer.Ordinal)
                || hosts.Contains(Host(key), StringComparer.Ordinal)).OrderBy(Rank).ThenBy(key => key, StringComparer.Ordinal);
        return named.Concat(ofHost).Distinct(StringComparer.Ordinal);
    }

    private static bool IsUrl(string key) => key.StartsWith("https://", StringComparison.Ordinal) || key.StartsWith("http://", StringComparison.Ordinal);

    private static string Host(string key)
    {
        var rest = IsUrl(key) ? key[(key.IndexOf("//", StringComparison.Ordinal) + 2)..] : key;
        return rest.Split('/')[0];
    }

    /// <summary>A key of the whole host goes before one of another name space.</summary>
    private static int Rank(string key)
    {
        var rest = IsUrl(key) ? key[(key.IndexOf("//", StringComparison.Ordinal) + 2)..] : key;
        return rest.TrimEnd('/').Split('/', 2) is [_, var path] && path is not ("v1" or "v2") ? 2 : IsUrl(key) ? 1 : 0;
    }
}
