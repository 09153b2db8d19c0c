using Mik.Wasm.Model;

namespace Mik.Components.Model;

/// <summary>The type of a core module: what it imports and what it exports.</summary>
/// <param name="Imports">The imports, in order.</param>
/// <param name="Exports">The types of the exports by name.</param>
public sealed record CoreModuleType(IReadOnlyList<WasmImport> Imports, IReadOnlyDictionary<string, ExternalType> Exports) : DefinedType
{
    private readonly Dictionary<(string Module, string Name), ExternalType> _importsByName = ByName(Imports);

    internal override TypeMeasure Measure => new(1 + Imports.Count + Exports.Count, 1);

    /// <summary>The type of an import, or null.</summary>
    internal ExternalType? FindImport(string module, string name) => _importsByName.GetValueOrDefault((module, name));

    /// <summary>The type of a decoded module.</summary>
    public static CoreModuleType Of(WasmModule module)
    {
        ArgumentNullException.ThrowIfNull(module);
        var exports = new Dictionary<string, ExternalType>(StringComparer.Ordinal);
        foreach (var export in module.Exports)
        {
            exports[export.Name] = module.TypeOf(export);
        }
        return new(module.Imports, exports);
    }

    private static Dictionary<(string Module, string Name), ExternalType> ByName(IReadOnlyList<WasmImport> imports)
    {
        var byName = new Dictionary<(string Module, string Name), ExternalType>(imports.Count);
        foreach (var import in imports)
        {
            byName.TryAdd((import.Module, import.Name), import.Type);
        }
        return byName;
    }
}

/// <summary>A type of core values in the core type index space: of functions, structures or arrays.</summary>
/// <param name="Type">The type.</param>
internal sealed record CoreValueType(WasmTypeDefinition Type) : DefinedType
{
    internal override TypeMeasure Measure => TypeMeasure.One;
}
