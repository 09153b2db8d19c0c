using System.Collections.Frozen;
using Mik.Server.Options;
using Mik.Wasi.Http;

namespace Mik.Server.Modules;

/// <summary>
/// How many requests may share an instance of a module (<c>reuse_instances</c>). Never of a tenant's; nor of a middleware, which sees requests of tenants,
/// unless its own table says so.
/// </summary>
internal sealed class ModuleReuse(MikServerOptions options)
{
    private readonly InstanceReuse _all = new() { Requests = options.ReuseInstances };

    private readonly FrozenDictionary<string, InstanceReuse> _own = options.ModuleOptions.Count == 0 ? FrozenDictionary<string, InstanceReuse>.Empty
        : options.ModuleOptions
        .Where(module => module.Value.ReuseInstances is not null || module.Value.ReuseConcurrency is not null)
        .ToFrozenDictionary(
            module => module.Key,
            module => new InstanceReuse { Requests = module.Value.ReuseInstances ?? options.ReuseInstances, AtOnce = module.Value.ReuseConcurrency ?? 1 },
            StringComparer.Ordinal);

    private readonly bool _isOff = options.ReuseInstances == 1 && options.ModuleOptions.Values.All(module => module.ReuseInstances is null);

    /// <summary>How many requests may share one of this module.</summary>
    public InstanceReuse Of(ModuleConfig module) =>
        _isOff || module.IsTenants ? InstanceReuse.None
        : _own.TryGetValue(module.Name, out var own) && !(module.IsMiddleware && options.ModuleOptions[module.Name].ReuseInstances is null) ? own
        : module.IsMiddleware ? InstanceReuse.None
        : _all;
}
