using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Mik.Server.Modules;

/// <summary>The modules that are served, by name.</summary>
internal sealed class ModuleSet
{
    private readonly FrozenDictionary<string, ModuleState> _modules;
    private readonly FrozenDictionary<string, ModuleState>.AlternateLookup<ReadOnlySpan<char>> _byName;

    /// <summary>A set of modules with different names.</summary>
    public ModuleSet(IEnumerable<ModuleState> modules)
    {
        _modules = modules.ToFrozenDictionary(module => module.Config.Name, StringComparer.Ordinal);
        _byName = _modules.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>All modules, by name.</summary>
    public IEnumerable<ModuleState> All => _modules.Values.OrderBy(module => module.Config.Name, StringComparer.Ordinal);

    /// <summary>How many modules there are.</summary>
    public int Count => _modules.Count;

    /// <summary>Finds a module by its exact name.</summary>
    public bool TryFind(ReadOnlySpan<char> name, [NotNullWhen(true)] out ModuleState? module) => _byName.TryGetValue(name, out module);
}
