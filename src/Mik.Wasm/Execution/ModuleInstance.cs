using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mik.Wasm.Model;
using Mik.Wasm.Objects;

namespace Mik.Wasm.Execution;

/// <summary>An instance of a module (core specification 4.2.5).</summary>
public sealed unsafe class ModuleInstance
{
    private readonly InstanceTemplate _template;
    private readonly LinearMemory[] _memories;
    private readonly TableInstance[] _tables;
    private readonly nint _context;
    private readonly TagInstance[] _tags;
    private FunctionInstance?[]? _functions;

    /// <summary>The globals that the collector must see, by index; null for the others. Emitted code reads it.</summary>
    internal readonly ObjectCell?[] ObjectGlobals;
    private GCHandle _handle;
    private bool[]? _droppedElements;

    // Types of imported globals that were given with a narrower one than the import asks for: whoever exports them again exports what they are.
    private GlobalType?[]? _givenGlobals;

    /// <summary>Allocates an instance: everything in place except imports and initial values.</summary>
    internal ModuleInstance(Store store, InstanceTemplate template)
    {
        store.ThrowIfDisposed();
        store.Own(this, template.InstanceBytes);
        Store = store;
        _template = template;
        var module = template.Module;
        var layout = template.Layout;
        _memories = module.Memories.Length == 0 ? [] : new LinearMemory[module.Memories.Length];
        _tables = module.Tables.Length == 0 ? [] : new TableInstance[module.Tables.Length];
        _tags = module.TagTypeIndices.Length == 0 ? [] : new TagInstance[module.TagTypeIndices.Length];
        ObjectGlobals = Array.Exists(module.GlobalTypes, IsObject) ? new ObjectCell?[module.GlobalTypes.Length] : [];
        _handle = GCHandle.Alloc(this, GCHandleType.Weak);
        _context = store.Arena.Allocate(layout.Size);
        *(ExecutionState**)(_context + ContextLayout.ExecutionStateOffset) = store.State;
        *(nint*)(_context + ContextLayout.InstanceHandleOffset) = GCHandle.ToIntPtr(_handle);
        if (template.TypeRecords.Length > 0)
        {
            *(nint*)(_context + layout.Types) = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(template.TypeRecords));
        }
        AddFunctions();
        for (var i = 0; i < module.Data.Length; i++)
        {
            *DataLength(i) = module.Data[i].Length;
        }
    }

    /// <summary>The store that owns the instance.</summary>
    public Store Store { get; }

    /// <summary>The module that it is an instance of.</summary>
    public WasmModule Module => _template.Module;

    /// <summary>Names of the exports.</summary>
    public IEnumerable<string> ExportNames => _template.Exports.Keys;

    /// <summary>The context block, first argument of the instance's functions.</summary>
    internal nint Context
    {
        get
        {
            Store.ThrowIfDisposed();
            return _context;
        }
    }

    internal ContextLayout Layout => _template.Layout;

    /// <summary>Contents of passive element segments that are given as expressions, by segment; null for others.</summary>
    internal nint[]?[]? ElementValues { get; set; }

    /// <summary>The same for references that the collector must see.</summary>
    internal Ref[]?[]? ElementObjects { get; set; }

    /// <summary>The instance whose functions have this context block.</summary>
    internal static ModuleInstance FromContext(nint context) =>
        (ModuleInstance)GCHandle.FromIntPtr(*(nint*)(context + ContextLayout.InstanceHandleOffset)).Target!;

    /// <summary>The export with this name, or null.</summary>
    public ExternalValue? GetExport(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_template.Exports.TryGetValue(name, out var export))
        {
            return null;
        }
        return export.Kind switch
        {
            ExternalKind.Function => Function(export.Index),
            ExternalKind.Memory => _memories[export.Index],
            ExternalKind.Table => _tables[export.Index],
            ExternalKind.Tag => _tags[export.Index],
            _ => Global(export.Index),
        };
    }

    /// <summary>The exported function with this name, or null when there is none.</summary>
    public FunctionInstance? GetFunction(string name) => GetExport(name) as FunctionInstance;

    /// <summary>The exported memory with this name, or null when there is none.</summary>
    public LinearMemory? GetMemory(string name) => GetExport(name) as LinearMemory;

    /// <summary>The exported table with this name, or null when there is none.</summary>
    public TableInstance? GetTable(string name) => GetExport(name) as TableInstance;

    /// <summary>The exported global with this name, or null when there is none.</summary>
    public GlobalInstance? GetGlobal(string name) => GetExport(name) as GlobalInstance;

    /// <summary>A function of the index space, imports first; wrappers are made when asked for.</summary>
    internal FunctionInstance Function(int index)
    {
        _functions ??= new FunctionInstance?[Module.FunctionCount];
        return _functions[index] ??= new FunctionInstance(Store, FunctionReference(index));
    }

    internal LinearMemory Memory(int index) => _memories[index];

    internal TableInstance Table(int index) => _tables[index];

    internal GlobalInstance Global(int index)
    {
        var type = _givenGlobals is not null && index < _givenGlobals.Length && _givenGlobals[index] is { } given ? given : Module.GlobalTypes[index];
        return IsObject(type) ? new(Store, type, ObjectGlobals[index]!) : new(Store, type, GlobalCell(index));
    }

    /// <summary>The name of a function, for people.</summary>
    internal string NameOf(int function) => Module.FunctionNames.TryGetValue(function, out var name)
        ? name
        : string.Create(CultureInfo.InvariantCulture, $"wasm-function[{function}]");

    private static bool IsObject(GlobalType type) => type.ValueType.IsReference && !type.ValueType.IsFunctionReference;

    /// <summary>The record behind a function index.</summary>
    internal FunctionReference* FunctionReference(int index)
    {
        var place = Context + Layout.Function(index);
        return Layout.IsImportedFunction(index) ? *(FunctionReference**)place : (FunctionReference*)place;
    }

    internal WasmValue* GlobalCell(int index)
    {
        var place = Context + Layout.Global(index);
        return Layout.IsImportedGlobal(index) ? *(WasmValue**)place : (WasmValue*)place;
    }

    /// <summary>What is left of a data segment: its length, or 0.</summary>
    internal long* DataLength(int index) => (long*)(Context + Layout.DataLength(index));

    internal ReadOnlySpan<byte> DataBytes(int index)
    {
        var segment = Module.Data[index];
        return Module.Bytes.Span.Slice(segment.Start, segment.Length);
    }

    internal void SetMemory(int index, LinearMemory memory)
    {
        if (memory.Store != Store)
        {
            Store.Share(memory);
        }
        _memories[index] = memory;
        *(MemoryRecord**)(Context + Layout.Memory(index)) = memory.Record;
    }

    internal void SetTable(int index, TableInstance table)
    {
        _tables[index] = table;
        *(TableRecord**)(Context + Layout.Table(index)) = table.Record;
    }

    internal void SetTag(int index, TagInstance tag)
    {
        _tags[index] = tag;
        *(nint*)(Context + Layout.Tag(index)) = tag.Record;
    }

    internal void SetImportedFunction(int index, FunctionReference* function) =>
        *(FunctionReference**)(Context + Layout.Function(index)) = function;

    internal void SetImportedGlobal(int index, GlobalInstance global)
    {
        if (global.Type != Module.GlobalTypes[index])
        {
            (_givenGlobals ??= new GlobalType?[Module.ImportedGlobalCount])[index] = global.Type;
        }
        if (global.Object is { } cell)
        {
            ObjectGlobals[index] = cell;
            return;
        }
        *(WasmValue**)(Context + Layout.Global(index)) = global.Cell;
    }

    /// <summary><c>table.init</c>: copies elements of a segment into a table.</summary>
    internal void InitializeTable(int tableIndex, int segmentIndex, ulong destination, ulong source, ulong count)
    {
        if (Table(tableIndex).HoldsObjects)
        {
            var objects = ElementObjectsOf(segmentIndex, source, count);
            objects.CopyTo(Table(tableIndex).Objects(destination, count));
            return;
        }
        CheckElements(segmentIndex, source, count);
        CopyFunctions(segmentIndex, (int)source, Table(tableIndex).References(destination, count));
    }

    /// <summary>Refuses a range that is not in an element segment; a dropped one has length 0.</summary>
    /// <exception cref="Trap">It is not.</exception>
    internal void CheckElements(int segmentIndex, ulong source, ulong count)
    {
        var length = _droppedElements is not null && _droppedElements[segmentIndex] ? 0UL : (ulong)Module.Elements[segmentIndex].Length;
        if (count > length || source > length - count)
        {
            RuntimeOperations.ThrowOutOfBoundsTableAccess();
        }
    }

    /// <summary>A range of a segment of references that the collector must see.</summary>
    /// <exception cref="Trap">The range is not in it.</exception>
    internal ReadOnlySpan<Ref> ElementObjectsOf(int segmentIndex, ulong source, ulong count)
    {
        CheckElements(segmentIndex, source, count);
        return count == 0 ? [] : ElementObjects![segmentIndex].AsSpan((int)source, (int)count);
    }

    /// <summary>Copies functions of a segment, from an index that was checked.</summary>
    internal void CopyFunctions(int segmentIndex, int source, Span<nint> target)
    {
        var functions = Module.Elements[segmentIndex].FunctionIndices;
        if (functions.IsDefault)
        {
            // A module whose segments of expressions are all declarative has no values.
            if (target.Length > 0)
            {
                ElementValues![segmentIndex].AsSpan(source, target.Length).CopyTo(target);
            }
            return;
        }
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = (nint)FunctionReference(functions[source + i]);
        }
    }

    /// <summary><c>elem.drop</c>.</summary>
    internal void DropElements(int segmentIndex)
    {
        _droppedElements ??= new bool[Module.Elements.Length];
        _droppedElements[segmentIndex] = true;
        if (ElementValues is not null)
        {
            ElementValues[segmentIndex] = null;
        }
        if (ElementObjects is not null)
        {
            ElementObjects[segmentIndex] = null;
        }
    }

    /// <summary>The values of the globals that the module defines.</summary>
    internal Span<WasmValue> DefinedGlobals =>
        new((void*)(Context + Layout.FirstDefinedGlobal), Module.Globals.Length);

    /// <summary>What is left of each data segment.</summary>
    internal Span<long> DataLengths => new(DataLength(0), Module.Data.Length);

    /// <summary>Which element segments were dropped; null when none.</summary>
    internal bool[]? DroppedElements => _droppedElements;

    /// <summary>Whether the module's code writes to tables.</summary>
    internal bool WritesTables => _template.WritesTables;

    /// <summary>What all instances of the module share.</summary>
    internal InstanceTemplate Template => _template;

    /// <summary>Takes the element segments of an image: which are dropped, and the values of the others.</summary>
    internal void SetElements(ReadOnlySpan<bool> dropped, nint[]?[]? values, Ref[]?[]? objects)
    {
        if (_droppedElements is not null || !dropped.IsEmpty)
        {
            _droppedElements ??= new bool[Module.Elements.Length];
            _droppedElements.AsSpan().Clear();
            dropped.CopyTo(_droppedElements);
        }
        values?.CopyTo(ElementValues!, 0);
        objects?.CopyTo(ElementObjects!, 0);
    }

    internal void Free()
    {
        if (_handle.IsAllocated)
        {
            _handle.Free();
        }
    }

    private void AddFunctions()
    {
        var imported = Module.ImportedFunctionCount;
        var functions = _template.Functions;
        if (functions.Length == 0)
        {
            return;
        }
        var target = new Span<FunctionReference>((void*)(_context + Layout.Function(imported)), functions.Length);
        functions.CopyTo(target);
        foreach (ref var function in target)
        {
            function.Context = _context;
        }
    }
}
