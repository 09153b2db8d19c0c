using System.Collections.Frozen;
using Mik.Wasm.Model;
using Mik.Wasm.Objects;

namespace Mik.Wasm.Execution;

/// <summary>What all instances of a compiled module share.</summary>
/// <param name="Module">The module.</param>
/// <param name="Layout">The layout of the context block.</param>
/// <param name="Exports">Exports by name.</param>
/// <param name="Functions">The function references of the defined functions, still without a context.</param>
/// <param name="WritesTables">Whether an instruction of the module may change a table.</param>
/// <param name="KnowsExceptions">Whether the code looks for exceptions after calls.</param>
/// <param name="Code">Keeps the emitted code loaded while an instance holds pointers to it.</param>
internal sealed record InstanceTemplate(
    WasmModule Module,
    ContextLayout Layout,
    FrozenDictionary<string, WasmExport> Exports,
    FunctionReference[] Functions,
    bool WritesTables,
    bool KnowsExceptions,
    object Code)
{
    // Measured: the object, its places in lists that may be half empty, and its native record.
    private const int TagBytes = 112;
    private const int TableBytes = 192;
    private const int CellBytes = 24;

    /// <summary>The records of the module's types, at an address that does not change; empty when it has functions only.</summary>
    public nint[] TypeRecords { get; } = RecordsOf(Module);

    /// <summary>Bytes that an instance needs besides its memories and the elements of its tables.</summary>
    public long InstanceBytes { get; } = Layout.Size + BytesOfParts(Module) + Module.Elements
        .Where(static segment => !segment.Expressions.IsDefault)
        .Sum(segment => (long)segment.Length * sizeof(long));

    private static long BytesOfParts(WasmModule module)
    {
        var tags = (long)(module.TagTypeIndices.Length - module.ImportedTagCount) * TagBytes;
        var tables = (long)(module.Tables.Length - module.ImportedTableCount) * TableBytes;
        var cells = module.GlobalTypes.Count(static type => type.ValueType.IsReference && !type.ValueType.IsFunctionReference);
        var places = cells == 0 ? 0L : module.GlobalTypes.Length * sizeof(long);
        return tags + tables + places + ((long)cells * CellBytes);
    }

    private static nint[] RecordsOf(WasmModule module)
    {
        if (!module.HasObjectTypes)
        {
            return [];
        }
        var records = GC.AllocateArray<nint>(module.Definitions.Length, pinned: true);
        for (var i = 0; i < records.Length; i++)
        {
            records[i] = module.Definitions[i].Form == TypeForm.Function ? 0 : TypeRecord.Of(module.Definitions[i]);
        }
        return records;
    }
}
