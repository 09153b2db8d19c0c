using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Mik.Server.Options;

namespace Mik.Server.Modules;

/// <summary>
/// The modules that are served: those that were named one by one, those of the modules folder, and the tenants' own. Files may come, change
/// and go while the server runs.
/// </summary>
internal sealed class ModuleSet
{
    private readonly ModuleFactory _factory;
    private Sources _sources;

    /// <summary>The modules that options name.</summary>
    public ModuleSet(MikServerOptions options, ModuleFactory factory)
    {
        _factory = factory;
        _sources = Open(options, before: null);
    }

    /// <summary>All modules that are known, by name.</summary>
    public IEnumerable<ModuleState> All
    {
        get
        {
            var sources = Volatile.Read(ref _sources);
            return Platform(sources)
                .Concat(sources.Tenants?.All ?? [])
                .OrderBy(module => module.Config.Name, StringComparer.Ordinal);
        }
    }

    /// <summary>The modules that were named one by one.</summary>
    public IReadOnlyCollection<ModuleState> Named => Volatile.Read(ref _sources).Named.Values;

    /// <summary>The modules that are put before others.</summary>
    public IEnumerable<ModuleState> Middleware => OfPlatform.Where(module => module.Config.IsMiddleware);

    /// <summary>The modules that are not tenants'.</summary>
    public IEnumerable<ModuleState> OfPlatform => Platform(Volatile.Read(ref _sources)).OrderBy(module => module.Config.Name, StringComparer.Ordinal);

    /// <summary>How many modules are known.</summary>
    public int Count => All.Count();

    /// <summary>Where compiled modules are kept.</summary>
    public ModuleCache Cache => _factory.Cache;

    /// <summary>Whether there are tenants.</summary>
    public bool HasTenants => Volatile.Read(ref _sources).Tenants is not null;

    /// <summary>Finds a module by its exact name. A tenant's is never found here.</summary>
    public bool TryFind(ReadOnlySpan<char> name, [NotNullWhen(true)] out ModuleState? module)
    {
        var sources = Volatile.Read(ref _sources);
        return sources.NamedLookup.TryGetValue(name, out module) || (sources.Folder is { } folder && folder.TryFind(name, out module));
    }

    /// <summary>Finds a tenant's module by their exact names.</summary>
    public bool TryFind(ReadOnlySpan<char> tenant, ReadOnlySpan<char> name, [NotNullWhen(true)] out ModuleState? module)
    {
        module = null;
        return Volatile.Read(ref _sources).Tenants is { } tenants && tenants.TryFind(tenant, name, out module);
    }

    /// <summary>
    /// Looks at all files now, which nobody is writing: new ones are found, changed ones are loaded again. The task ends when that is done; it never fails.
    /// </summary>
    public Task RefreshAsync()
    {
        var sources = Volatile.Read(ref _sources);
        sources.Folder?.Refresh();
        sources.Tenants?.Refresh();
        return Task.WhenAll(All.Select(module => module.ReplaceIfChangedAsync(isQuiet: true)));
    }

    /// <summary>From now on other options hold. A module that stays keeps what it has.</summary>
    public void Apply(MikServerOptions options)
    {
        _factory.Apply(options);
        var before = _sources;
        var after = Open(options, before);
        Volatile.Write(ref _sources, after);
        after.Folder?.Refresh();
        foreach (var gone in before.Named.Values.Except(after.Named.Values))
        {
            gone.Retire();
        }

        if (before.Folder != after.Folder)
        {
            before.Folder?.Retire();
        }

        if (before.Tenants != after.Tenants)
        {
            before.Tenants?.Retire();
        }

        foreach (var module in All)
        {
            module.Permits.Maximum = options.EffectiveMaxPerModuleRequests;
            module.Streams.Maximum = options.EffectiveMaxPerModuleRequests;
        }
    }

    private static IEnumerable<ModuleState> Platform(Sources sources) =>
        sources.Named.Values.Concat(sources.Folder?.All.Where(module => !sources.Named.ContainsKey(module.Config.Name)) ?? []);

    private Sources Open(MikServerOptions options, Sources? before)
    {
        var named = options.Modules.Select(config => config with { IsMiddleware = _factory.IsMiddleware(config.Name) }).ToFrozenDictionary(
            config => config.Name,
            config => before is not null && before.Named.TryGetValue(config.Name, out var known) && known.Config == config ? known : _factory.Create(config),
            StringComparer.Ordinal);
        return new Sources(
            named,
            options.ModulesPath,
            options.UserModulesPath,
            before is not null && before.FolderPath == options.ModulesPath
                ? before.Folder : options.ModulesPath is { } folder ? new ModuleFolder(folder, "", _factory) : null,
            before is not null && before.TenantsPath == options.UserModulesPath
                ? before.Tenants : options.UserModulesPath is { } root ? new TenantFolders(root, _factory) : null);
    }

    /// <summary>Where modules come from, at one time.</summary>
    private sealed record Sources(
        FrozenDictionary<string, ModuleState> Named, string? FolderPath, string? TenantsPath, ModuleFolder? Folder, TenantFolders? Tenants)
    {
        public FrozenDictionary<string, ModuleState>.AlternateLookup<ReadOnlySpan<char>> NamedLookup { get; } = Named.GetAlternateLookup<ReadOnlySpan<char>>();
    }
}
