namespace Mik.Wasm.Model;

/// <summary>The types that references may name at a place of the module: those before it, and those of the group that is being read.</summary>
internal sealed class TypeSpace
{
    private readonly List<WasmTypeDefinition?> _types = [];

    /// <summary>
    /// Types of the groups that are complete; null stands for what modules cannot refer to: the type of a module, among those of a component.
    /// </summary>
    public IReadOnlyList<WasmTypeDefinition?> Types => _types;

    /// <summary>How many types the group that is being read has.</summary>
    public int GroupSize { get; set; }

    /// <summary>A group is complete.</summary>
    public void Add(ReadOnlySpan<WasmTypeDefinition> group)
    {
        _types.AddRange(group);
        GroupSize = 0;
    }

    /// <summary>The next index is that of something else.</summary>
    public void Skip() => _types.Add(null);

    /// <summary>The type with an index that is complete.</summary>
    /// <exception cref="InvalidModuleException">There is none.</exception>
    public WasmTypeDefinition At(long index, int offset)
    {
        if (index >= _types.Count || _types[(int)index] is not { } type)
        {
            throw Unknown(index, offset);
        }
        return type;
    }

    /// <summary>A reference to the type with an index, with null.</summary>
    /// <exception cref="InvalidModuleException">There is none.</exception>
    public WasmValueType Reference(long index, int offset)
    {
        if (index < _types.Count)
        {
            return At(index, offset).Reference.AsNullable;
        }
        if (index >= _types.Count + (long)GroupSize)
        {
            throw Unknown(index, offset);
        }
        return new WasmValueType(WasmTypeKind.Reference, HeapTypeKind.OfGroup, IsNonNull: false, (int)index - _types.Count);
    }

    private static InvalidModuleException Unknown(long index, int offset) => new($"unknown type {index}", offset, isMalformed: false);
}
