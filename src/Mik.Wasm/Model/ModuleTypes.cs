namespace Mik.Wasm.Model;

/// <summary>Size limits of a memory (in pages) or a table (in elements).</summary>
/// <param name="Minimum">Initial size.</param>
/// <param name="Maximum">Largest size, or null when there is none.</param>
/// <param name="Is64">Whether addresses are 64 bits wide (memory64, table64).</param>
public readonly record struct Limits(ulong Minimum, ulong? Maximum, bool Is64 = false);

/// <summary>A memory type (core specification 2.3.8).</summary>
/// <param name="Limits">Size in pages of <paramref name="PageSizeLog2"/>.</param>
/// <param name="IsShared">Whether threads may share it.</param>
/// <param name="PageSizeLog2">16 unless custom page sizes are used.</param>
public readonly record struct MemoryType(Limits Limits, bool IsShared = false, int PageSizeLog2 = 16);

/// <summary>A table type.</summary>
/// <param name="ElementType">The reference type of the elements.</param>
/// <param name="Limits">Size in elements.</param>
public readonly record struct TableType(WasmValueType ElementType, Limits Limits);

/// <summary>A global type.</summary>
/// <param name="ValueType">The type of the value.</param>
/// <param name="IsMutable">Whether <c>global.set</c> is allowed.</param>
public readonly record struct GlobalType(WasmValueType ValueType, bool IsMutable);

/// <summary>What an import or export is; values are the binary encodings.</summary>
public enum ExternalKind : byte
{
    /// <summary>A function.</summary>
    Function = 0,
    /// <summary>A table.</summary>
    Table = 1,
    /// <summary>A memory.</summary>
    Memory = 2,
    /// <summary>A global.</summary>
    Global = 3,
    /// <summary>A tag: the type of exceptions.</summary>
    Tag = 4,
}

/// <summary>The type of an import or an export. Only the field that <see cref="Kind"/> names is meaningful.</summary>
public sealed record ExternalType
{
    /// <summary>Which of the others is set.</summary>
    public required ExternalKind Kind { get; init; }
    /// <summary>Set for functions and tags.</summary>
    public FunctionType? Function { get; init; }
    /// <summary>The defined type of a function or a tag; null when it is the one of <see cref="Function"/> alone.</summary>
    internal WasmTypeDefinition? Definition { get; init; }
    /// <summary>The defined type of a function or a tag.</summary>
    internal WasmTypeDefinition FunctionDefinition => Definition ?? TypeRegistry.Of(Function!);
    /// <summary>Set for tables.</summary>
    public TableType Table { get; init; }
    /// <summary>Set for memories.</summary>
    public MemoryType Memory { get; init; }
    /// <summary>Set for globals.</summary>
    public GlobalType Global { get; init; }
}

/// <summary>An import of a module.</summary>
/// <param name="Module">The module name.</param>
/// <param name="Name">The item's name.</param>
/// <param name="Type">What is imported.</param>
public sealed record WasmImport(string Module, string Name, ExternalType Type);

/// <summary>An export of a module.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Index">Its index in the index space of its kind (imports first).</param>
public sealed record WasmExport(string Name, ExternalKind Kind, int Index);
