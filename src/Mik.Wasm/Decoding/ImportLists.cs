using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>The imports of a module while they are read, and the beginnings of the index spaces that they make.</summary>
internal sealed class ImportLists(int capacity)
{
    private readonly List<WasmImport> _imports = new(capacity);
    private readonly List<int> _functions = [];
    private readonly List<TableDefinition> _tables = [];
    private readonly List<MemoryType> _memories = [];
    private readonly List<GlobalType> _globals = [];
    private readonly List<int> _tags = [];

    /// <summary>Number of imports.</summary>
    public int Count => _imports.Count;

    /// <summary>Adds an import.</summary>
    /// <param name="module">The module name.</param>
    /// <param name="name">The item's name.</param>
    /// <param name="type">What is imported.</param>
    /// <param name="typeIndex">Of functions and tags, the index of their type.</param>
    public void Add(string module, string name, ExternalType type, int typeIndex)
    {
        _imports.Add(new WasmImport(module, name, type));
        switch (type.Kind)
        {
            case ExternalKind.Function:
                _functions.Add(typeIndex);
                break;
            case ExternalKind.Table:
                _tables.Add(new(type.Table, Initializer: null));
                break;
            case ExternalKind.Memory:
                _memories.Add(type.Memory);
                break;
            case ExternalKind.Global:
                _globals.Add(type.Global);
                break;
            default:
                _tags.Add(typeIndex);
                break;
        }
    }

    /// <summary>Gives all to the module.</summary>
    public void MoveTo(WasmModule module)
    {
        module.Imports = [.. _imports];
        module.FunctionTypeIndices = [.. _functions];
        module.ImportedFunctionCount = _functions.Count;
        module.Tables = [.. _tables];
        module.ImportedTableCount = _tables.Count;
        module.Memories = [.. _memories];
        module.ImportedMemoryCount = _memories.Count;
        module.GlobalTypes = [.. _globals];
        module.ImportedGlobalCount = _globals.Count;
        module.TagTypeIndices = [.. _tags];
        module.ImportedTagCount = _tags.Count;
    }
}
