using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Mik.Server.Paths;

namespace Mik.Server.Modules;

/// <summary>
/// The tenants: each folder below the root is one, with the modules in it. A tenant is known from its first request on; one that is not there
/// leaves nothing behind.
/// </summary>
internal sealed class TenantFolders(string root, ModuleFactory factory)
{
    private static readonly EnumerationOptions ExactName =
        new() { MatchType = MatchType.Simple, MatchCasing = MatchCasing.CaseSensitive, AttributesToSkip = FileAttributes.None };

    private readonly ConcurrentDictionary<string, ModuleFolder> _tenants = new(StringComparer.Ordinal);

    /// <summary>The modules of the tenants that are known.</summary>
    public IEnumerable<ModuleState> All => _tenants.Values.SelectMany(tenant => tenant.All);

    /// <summary>Finds a tenant's module by their exact names, which must be legal ones.</summary>
    public bool TryFind(ReadOnlySpan<char> tenant, ReadOnlySpan<char> name, [NotNullWhen(true)] out ModuleState? module)
    {
        module = null;
        if (!_tenants.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(tenant, out var folder))
        {
            var path = Path.Combine(root, tenant.ToString());
            if (!ModuleName.IsLegal(tenant) || !IsThere(path))
            {
                return false;
            }

            folder = _tenants.GetOrAdd(tenant.ToString(), key => new ModuleFolder(path, key + "/", factory, isContained: true));
        }

        if (folder.TryFind(name, out module))
        {
            return true;
        }

        if (folder.All.Count == 0 && !Directory.Exists(Path.Combine(root, tenant.ToString())))
        {
            _tenants.TryRemove(tenant.ToString(), out _);
        }

        return false;
    }

    /// <summary>Looks at the folders of the known tenants now.</summary>
    public void Refresh()
    {
        foreach (var tenant in _tenants.Values)
        {
            tenant.Refresh();
        }
    }

    /// <summary>The tenants are served no longer.</summary>
    public void Retire()
    {
        foreach (var tenant in _tenants.Values)
        {
            tenant.Retire();
        }
    }

    // Some file systems take CASE for case; a tenant has one name.
    private bool IsThere(string path) =>
        Directory.Exists(path) && (OperatingSystem.IsLinux() || Directory.EnumerateDirectories(root, Path.GetFileName(path), ExactName).Any());
}
