namespace Mik.Wasm.Opcodes;

/// <summary>
/// Immediates that are indices and nothing else: what each kind is made of, in the order of the binary format. Decoder,
/// validator and printer read the same row.
/// </summary>
internal static class ImmediateTable
{
    /// <summary>The indices of a kind; none for kinds of another shape.</summary>
    public static ImmediatePart[] PartsOf(ImmediateKind kind) => kind switch
    {
        ImmediateKind.Label => [new(IndexKind.Label)],
        ImmediateKind.Function => [new(IndexKind.Function)],
        ImmediateKind.CallIndirect => [new(IndexKind.FunctionType), new(IndexKind.Table, IndexSlot.Index2)],
        ImmediateKind.Local => [new(IndexKind.Local)],
        ImmediateKind.Global => [new(IndexKind.Global)],
        ImmediateKind.Table => [new(IndexKind.Table)],
        ImmediateKind.TableCopy => [new(IndexKind.Table), new(IndexKind.Table, IndexSlot.Index2)],
        ImmediateKind.TableInit => [new(IndexKind.Element), new(IndexKind.Table, IndexSlot.Index2)],
        ImmediateKind.Element => [new(IndexKind.Element)],
        ImmediateKind.Memory => [new(IndexKind.Memory, IndexSlot.MemoryIndex)],
        ImmediateKind.MemoryCopy => [new(IndexKind.Memory, IndexSlot.MemoryIndex), new(IndexKind.Memory, IndexSlot.Index2)],
        ImmediateKind.MemoryInit => [new(IndexKind.Data), new(IndexKind.Memory, IndexSlot.MemoryIndex)],
        ImmediateKind.Data => [new(IndexKind.Data)],
        ImmediateKind.Tag => [new(IndexKind.Tag)],
        ImmediateKind.FunctionType => [new(IndexKind.FunctionType)],
        ImmediateKind.StructType => [new(IndexKind.StructType)],
        ImmediateKind.ArrayType => [new(IndexKind.ArrayType)],
        ImmediateKind.StructField => [new(IndexKind.StructType), new(IndexKind.Field, IndexSlot.Index2)],
        ImmediateKind.ArrayCount => [new(IndexKind.ArrayType), new(IndexKind.Count, IndexSlot.Index2)],
        ImmediateKind.ArrayData => [new(IndexKind.ArrayType), new(IndexKind.Data, IndexSlot.Index2)],
        ImmediateKind.ArrayElement => [new(IndexKind.ArrayType), new(IndexKind.Element, IndexSlot.Index2)],
        ImmediateKind.ArrayCopy => [new(IndexKind.ArrayType), new(IndexKind.ArrayType, IndexSlot.Index2)],
        _ => [],
    };
}
