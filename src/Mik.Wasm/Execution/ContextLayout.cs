using Mik.Wasm.Model;

namespace Mik.Wasm.Execution;

/// <summary>
/// Where things are in the context block, the native memory of one module instance whose address is the first
/// argument of every emitted function. Offsets are in bytes.
/// </summary>
/// <remarks>
/// <code>
/// 0   pointer to ExecutionState
/// 8   GC handle of the ModuleInstance
/// 16  per memory:            pointer to MemoryRecord
///     per table:             pointer to TableRecord
///     per imported function: pointer to FunctionReference
///     per imported global:   pointer to its 16-byte cell
///     per defined global:    its 16-byte cell, aligned to 16
///     per defined function:  FunctionReference (24 bytes)
///     per data segment:      long, its length in bytes, 0 once dropped
///     per tag:               pointer to TagRecord
///     with structures or arrays: pointer to the list of type records
/// </code>
/// </remarks>
internal sealed class ContextLayout
{
    /// <summary>Offset of the pointer to the <see cref="ExecutionState"/>.</summary>
    public const int ExecutionStateOffset = 0;
    /// <summary>Offset of the GC handle of the module instance.</summary>
    public const int InstanceHandleOffset = 8;
    /// <summary>Size of a global's cell.</summary>
    public const int GlobalSize = 16;
    /// <summary>Size of a <see cref="FunctionReference"/>.</summary>
    public const int FunctionReferenceSize = 24;

    private const int FirstOffset = 16;
    private readonly int _importedFunctionCount;
    private readonly int _importedGlobalCount;
    private readonly int _tables;
    private readonly int _importedFunctions;
    private readonly int _importedGlobals;
    private readonly int _globals;
    private readonly int _functions;
    private readonly int _dataLengths;
    private readonly int _tags;

    /// <summary>Computes the layout of a module's instances.</summary>
    public ContextLayout(WasmModule module)
    {
        _importedFunctionCount = module.ImportedFunctionCount;
        _importedGlobalCount = module.ImportedGlobalCount;
        _tables = FirstOffset + (module.Memories.Length * 8);
        _importedFunctions = _tables + (module.Tables.Length * 8);
        _importedGlobals = _importedFunctions + (module.ImportedFunctionCount * 8);
        _globals = (_importedGlobals + (module.ImportedGlobalCount * 8) + 15) & ~15;
        _functions = _globals + (module.Globals.Length * GlobalSize);
        _dataLengths = _functions + ((module.FunctionCount - module.ImportedFunctionCount) * FunctionReferenceSize);
        _tags = _dataLengths + (module.Data.Length * 8);
        Types = _tags + (module.TagTypeIndices.Length * 8);
        Size = Types + (module.HasObjectTypes ? 8 : 0);
    }

    /// <summary>Size of the block.</summary>
    public int Size { get; }

    /// <summary>Offset of the pointer to a memory's <see cref="MemoryRecord"/>.</summary>
    public int Memory(int index) => MemoryOffset(index);

    /// <summary>The same: memories come first, so their place does not depend on the module.</summary>
    public static int MemoryOffset(int index) => FirstOffset + (index * 8);

    /// <summary>Offset of the pointer to a table's <see cref="TableRecord"/>.</summary>
    public int Table(int index) => _tables + (index * 8);

    /// <summary>Whether the global's cell is reached through a pointer (<see cref="Global"/> is then the pointer's offset).</summary>
    public bool IsImportedGlobal(int index) => index < _importedGlobalCount;

    /// <summary>Offset of a global's cell, or of the pointer to it when it is imported.</summary>
    public int Global(int index) => index < _importedGlobalCount
        ? _importedGlobals + (index * 8)
        : _globals + ((index - _importedGlobalCount) * GlobalSize);

    /// <summary>Offset of the first cell of the globals that the module defines; the others follow it.</summary>
    public int FirstDefinedGlobal => _globals;

    /// <summary>Whether the function's reference is reached through a pointer (<see cref="Function"/> is then the pointer's offset).</summary>
    public bool IsImportedFunction(int index) => index < _importedFunctionCount;

    /// <summary>Offset of a function's <see cref="FunctionReference"/>, or of the pointer to it when it is imported.</summary>
    public int Function(int index) => index < _importedFunctionCount
        ? _importedFunctions + (index * 8)
        : _functions + ((index - _importedFunctionCount) * FunctionReferenceSize);

    /// <summary>Offset of the pointer to the list of type records, by type index; only where a module has structures or arrays.</summary>
    public int Types { get; }

    /// <summary>Offset of the pointer to a tag's <see cref="TagRecord"/>.</summary>
    public int Tag(int index) => _tags + (index * 8);

    /// <summary>Offset of the remaining length of a data segment.</summary>
    public int DataLength(int index) => _dataLengths + (index * 8);
}
