using Mik.Wasm.Model;

namespace Mik.Components.Model;

/// <summary>The type of a core module: what it imports and what it exports.</summary>
/// <param name="Imports">The imports, in order.</param>
/// <param name="Exports">The types of the exports by name.</param>
public sealed record CoreModuleType(IReadOnlyList<WasmImport> Imports, IReadOnlyDictionary<string, ExternalType> Exports) : DefinedType
{
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
}
