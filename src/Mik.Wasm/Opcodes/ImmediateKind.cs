namespace Mik.Wasm.Opcodes;

/// <summary>What follows an opcode in the binary format. The comments say which fields of the decoded instruction are set.</summary>
internal enum ImmediateKind : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>A block type: <c>BlockType</c>.</summary>
    BlockType,
    /// <summary>A relative label: <c>Index</c>.</summary>
    Label,
    /// <summary>A vector of labels and the default: <c>Labels</c> (the default is last, and also in <c>Index</c>).</summary>
    BranchTable,
    /// <summary>A function: <c>Index</c>.</summary>
    Function,
    /// <summary>A type, <c>Index</c>, and a table, <c>Index2</c>.</summary>
    CallIndirect,
    /// <summary>A vector of value types: <c>Types</c>.</summary>
    SelectTypes,
    /// <summary>A local: <c>Index</c>.</summary>
    Local,
    /// <summary>A global: <c>Index</c>.</summary>
    Global,
    /// <summary>A table: <c>Index</c>.</summary>
    Table,
    /// <summary>Two tables: destination <c>Index</c>, source <c>Index2</c>.</summary>
    TableCopy,
    /// <summary>An element segment, <c>Index</c>, and a table, <c>Index2</c>.</summary>
    TableInit,
    /// <summary>An element segment: <c>Index</c>.</summary>
    Element,
    /// <summary>A memory: <c>MemoryIndex</c>.</summary>
    Memory,
    /// <summary>Two memories: destination <c>MemoryIndex</c>, source <c>Index2</c>.</summary>
    MemoryCopy,
    /// <summary>A data segment, <c>Index</c>, and a memory, <c>MemoryIndex</c>.</summary>
    MemoryInit,
    /// <summary>A data segment: <c>Index</c>.</summary>
    Data,
    /// <summary><c>Alignment</c>, <c>MemoryIndex</c> and <c>MemoryOffset</c>.</summary>
    MemoryArgument,
    /// <summary>As <see cref="MemoryArgument"/>, then a lane: <c>Index</c>.</summary>
    MemoryArgumentLane,
    /// <summary>A lane: <c>Index</c>.</summary>
    Lane,
    /// <summary>Sixteen lanes: <c>Vector</c>.</summary>
    Shuffle,
    /// <summary>A signed 32-bit constant: <c>Value</c>, sign-extended.</summary>
    I32,
    /// <summary>A signed 64-bit constant: <c>Value</c>.</summary>
    I64,
    /// <summary>The bits of a 32-bit float: <c>Value</c>, zero-extended.</summary>
    F32,
    /// <summary>The bits of a 64-bit float: <c>Value</c>.</summary>
    F64,
    /// <summary>Sixteen bytes: <c>Vector</c>.</summary>
    V128,
    /// <summary>A heap type: <c>ReferenceType</c>.</summary>
    HeapType,
    /// <summary>A type: <c>Index</c>.</summary>
    Type,
    /// <summary>A structure type, <c>Index</c>, and a field, <c>Index2</c>.</summary>
    TypeField,
    /// <summary>An array type, <c>Index</c>, and a number of elements, <c>Index2</c>.</summary>
    TypeCount,
    /// <summary>An array type, <c>Index</c>, and a data segment, <c>Index2</c>.</summary>
    TypeData,
    /// <summary>An array type, <c>Index</c>, and an element segment, <c>Index2</c>.</summary>
    TypeElement,
    /// <summary>Two array types: destination <c>Index</c>, source <c>Index2</c>.</summary>
    TypeType,
    /// <summary>Flags, a label and two heap types: <c>Index</c>, <c>ReferenceType</c>, <c>TargetType</c>.</summary>
    CastBranch,
    /// <summary>A tag: <c>Index</c>.</summary>
    Tag,
    /// <summary>A block type and clauses: <c>BlockType</c>, <c>Catches</c>.</summary>
    TryTable,
    /// <summary>One reserved byte, which is 0.</summary>
    ReservedByte,
}
