namespace Mik.Wasm.Opcodes;

/// <summary>One of the indices that follow an opcode.</summary>
/// <param name="Kind">What it counts.</param>
/// <param name="Slot">The field of the decoded instruction that holds it.</param>
internal readonly record struct ImmediatePart(IndexKind Kind, IndexSlot Slot = IndexSlot.Index);

/// <summary>What an index counts.</summary>
internal enum IndexKind : byte
{
    /// <summary>Open blocks, from the innermost outwards.</summary>
    Label,
    /// <summary>Functions.</summary>
    Function,
    /// <summary>Locals of the function.</summary>
    Local,
    /// <summary>Globals.</summary>
    Global,
    /// <summary>Tables.</summary>
    Table,
    /// <summary>Memories.</summary>
    Memory,
    /// <summary>Element segments.</summary>
    Element,
    /// <summary>Data segments.</summary>
    Data,
    /// <summary>Tags.</summary>
    Tag,
    /// <summary>Types; this one is of a function.</summary>
    FunctionType,
    /// <summary>Types; this one is of a structure.</summary>
    StructType,
    /// <summary>Types; this one is of an array.</summary>
    ArrayType,
    /// <summary>Fields of the structure type before it.</summary>
    Field,
    /// <summary>No index: a number of elements.</summary>
    Count,
}

/// <summary>The fields of a decoded instruction that hold indices.</summary>
internal enum IndexSlot : byte
{
    /// <summary><c>Index</c>.</summary>
    Index,
    /// <summary><c>Index2</c>.</summary>
    Index2,
    /// <summary><c>MemoryIndex</c>.</summary>
    MemoryIndex,
}
