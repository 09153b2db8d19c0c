using Mik.Wasm.Execution;
using Mik.Wasm.Model;

namespace Mik.Wasm.Instantiation;

/// <summary>Finds what to give for an import; null when there is nothing.</summary>
/// <param name="import">What the module asks for.</param>
public delegate ExternalValue? ImportResolver(WasmImport import);

/// <summary>Values to import, by module name and name.</summary>
public sealed class Imports
{
    private readonly Dictionary<(string Module, string Name), ExternalValue> _values = [];
    private readonly Dictionary<string, ModuleInstance> _instances = [];

    /// <summary>Offers one value; replaces what had the same names.</summary>
    public Imports Add(string module, string name, ExternalValue value)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        _values[(module, name)] = value;
        return this;
    }

    /// <summary>Offers all exports of an instance under a module name.</summary>
    public Imports Add(string module, ModuleInstance instance)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(instance);
        _instances[module] = instance;
        return this;
    }

    /// <summary>Finds a value; single values go before those of instances.</summary>
    public ExternalValue? Resolve(WasmImport import)
    {
        ArgumentNullException.ThrowIfNull(import);
        if (_values.TryGetValue((import.Module, import.Name), out var value))
        {
            return value;
        }
        return _instances.TryGetValue(import.Module, out var instance) ? instance.GetExport(import.Name) : null;
    }
}
