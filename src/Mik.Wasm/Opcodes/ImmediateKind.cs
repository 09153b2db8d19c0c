namespace Mik.Wasm.Opcodes;

/// <summary>
/// What follows an opcode in the binary format. Which fields of the decoded instruction hold it is said of indices by
/// <see cref="ImmediateTable"/>, of the others here.
/// </summary>
internal enum ImmediateKind : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>A block type: <c>BlockType</c>.</summary>
    BlockType,
    /// <summary>A relative label.</summary>
    Label,
    /// <summary>A vector of labels and the default: <c>Labels</c> (the default is last, and also in <c>Index</c>).</summary>
    BranchTable,
    /// <summary>A function.</summary>
    Function,
    /// <summary>A type and a table.</summary>
    CallIndirect,
    /// <summary>A vector of value types: <c>Types</c>.</summary>
    SelectTypes,
    /// <summary>A local.</summary>
    Local,
    /// <summary>A global.</summary>
    Global,
    /// <summary>A table.</summary>
    Table,
    /// <summary>Two tables: destination, source.</summary>
    TableCopy,
    /// <summary>An element segment and a table.</summary>
    TableInit,
    /// <summary>An element segment.</summary>
    Element,
    /// <summary>A memory.</summary>
    Memory,
    /// <summary>Two memories: destination, source.</summary>
    MemoryCopy,
    /// <summary>A data segment and a memory.</summary>
    MemoryInit,
    /// <summary>A data segment.</summary>
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
    /// <summary>A function type.</summary>
    FunctionType,
    /// <summary>A structure type.</summary>
    StructType,
    /// <summary>An array type.</summary>
    ArrayType,
    /// <summary>A structure type and a field.</summary>
    StructField,
    /// <summary>An array type and a number of elements.</summary>
    ArrayCount,
    /// <summary>An array type and a data segment.</summary>
    ArrayData,
    /// <summary>An array type and an element segment.</summary>
    ArrayElement,
    /// <summary>Two array types: destination, source.</summary>
    ArrayCopy,
    /// <summary>Flags, a label and two heap types: <c>Index</c>, <c>ReferenceType</c>, <c>TargetType</c>.</summary>
    CastBranch,
    /// <summary>A tag.</summary>
    Tag,
    /// <summary>A block type and clauses: <c>BlockType</c>, <c>Catches</c>.</summary>
    TryTable,
    /// <summary>One reserved byte, which is 0.</summary>
    ReservedByte,
}
