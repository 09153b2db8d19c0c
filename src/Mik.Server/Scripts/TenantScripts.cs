using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Threads;
using Mik.Server.Modules;
using Mik.Server.Observability;
using Mik.Server.Options;
using Mik.Server.Paths;

namespace Mik.Server.Scripts;

/// <summary>
/// The tenants' own scripts: a folder named <c>scripts</c> in a tenant's. A tenant is known from its first request on; one that is not there leaves nothing
/// behind.
/// </summary>
internal sealed class TenantScripts : IDisposable
{
    /// <summary>Name of the folder.</summary>
    public const string FolderName = "scripts";

    private readonly string _root;
    private readonly MikServerOptions _options;
    private readonly GuestThreads _threads;
    private readonly ModuleCache _cache;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, ScriptSet> _tenants = new(StringComparer.Ordinal);

    /// <summary>The scripts below a folder of tenants.</summary>
    public TenantScripts(string root, MikServerOptions options, GuestThreads threads, ModuleCache cache, ILogger log)
    {
        (_root, _options, _threads, _cache, _log) = (root, options, threads, cache, log);
        foreach (var tenant in Directory.Exists(root) ? Directory.EnumerateDirectories(root) : [])
        {
            if (Directory.Exists(Path.Combine(tenant, FolderName)) && File.Exists(Path.Combine(tenant, "script.wasm")))
            {
                Events.TenantModuleHidden(log, Path.GetFileName(tenant));
            }
        }
    }

    /// <summary>The scripts of a tenant, whose name must be a legal one; null when it has no folder of them.</summary>
    public ScriptSet? Find(string tenant)
    {
        if (!ModuleName.IsLegal(tenant) || !IsThere(tenant))
        {
            if (_tenants.TryRemove(tenant, out var gone))
            {
                gone.Dispose();
            }

            return null;
        }

        return _tenants.GetOrAdd(tenant, name => new ScriptSet(Path.Combine(_root, name, FolderName), name, _options, _threads, _cache, _log));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var scripts in _tenants.Values)
        {
            scripts.Dispose();
        }
    }

    // A link may not lead to another tenant's scripts, or anywhere else.
    private bool IsThere(string tenant)
    {
        var folder = Path.Combine(_root, tenant);
        var scripts = Path.Combine(folder, FolderName);
        return Directory.Exists(scripts) && RealPath.Inside(folder, scripts) is not null;
    }
}
