using System.Collections.Concurrent;

namespace Mik.Packages.Registry;

/// <summary>Where registries are: their mirrors, else they themselves, with TLS; on loopback by what the port speaks.</summary>
internal sealed class RegistryAddresses(RegistrySettings settings)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<bool>>> _speakTls = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The address of a registry, with <c>/v2/</c>.</summary>
    public async Task<Uri> FindAsync(string registry, bool mayPush, CancellationToken cancellationToken)
    {
        if (settings.Mirrors.Find(registry, mayPush) is { } mirror)
        {
            return new Uri(mirror.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/v2/");
        }

        var root = await RootAsync(registry == "docker.io" ? "registry-1.docker.io" : registry, cancellationToken);
        return new Uri(root, "/v2/");
    }

    /// <summary>A host as a web address.</summary>
    public async Task<Uri> RootAsync(string host, CancellationToken cancellationToken)
    {
        var address = new Uri($"https://{host}/");
        if (!address.IsLoopback)
        {
            return address;
        }

        var probe = _speakTls.GetOrAdd(host, _ => new Lazy<Task<bool>>(() => TlsProbe.RunAsync(address.IdnHost, address.Port, cancellationToken)));
        try
        {
            return await probe.Value ? address : new Uri($"http://{host}/");
        }
        catch (OperationCanceledException)
        {
            _speakTls.TryRemove(host, out _);
            throw;
        }
    }
}
