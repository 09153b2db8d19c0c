using System.Collections.Immutable;

namespace Mik.Wasm.Model;

/// <summary>A decoded module (core specification 2.5). Index spaces hold imports first.</summary>
public sealed class WasmModule
{
    private LoadBudget? _budget;

    internal WasmModule(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
    }

    /// <summary>The whole binary; offsets in the model point into it.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Number of functions that are not imported.</summary>
    public int DefinedFunctionCount => Bodies.Length;

    /// <summary>The function types of the type section; null where it has a structure or an array.</summary>
    public ImmutableArray<FunctionType> Types { get; internal set; } = [];

    /// <summary>The type section.</summary>
    public ImmutableArray<WasmTypeDefinition> Definitions { get; internal set; } = [];

    /// <summary>Whether it defines structures or arrays.</summary>
    internal bool HasObjectTypes => Definitions.Exists(static type => type.Form != TypeForm.Function);

    /// <summary>The types that instructions may name.</summary>
    internal TypeSpace TypeSpace { get; } = new();

    /// <summary>
    /// Whether it throws, catches or has tags: modules that share a store with it must be compiled to hand exceptions on. Of instructions it is known when its
    /// functions were validated.
    /// </summary>
    public bool UsesExceptions { get; internal set; }

    /// <summary>The proposals that it needs, by name; known when its functions were validated.</summary>
    public IEnumerable<string> FeatureNames
    {
        get
        {
            var features = Use.Features;
            return Enum.GetValues<WasmFeatures>().Where(feature => int.IsPow2((int)feature) && features.HasFlag(feature)).Select(ProposalNames.NameOf);
        }
    }

    /// <summary>The proposals that it needs.</summary>
    internal FeatureUse Use { get; } = new();

    /// <summary>Indices of the structures that its instructions make, read and write.</summary>
    internal HashSet<int> UsedStructures { get; } = [];

    /// <summary>Type index of every tag, imports first.</summary>
    internal int[] TagTypeIndices { get; set; } = [];

    /// <summary>Number of imported tags.</summary>
    internal int ImportedTagCount { get; set; }

    /// <summary>Imports in order.</summary>
    public ImmutableArray<WasmImport> Imports { get; internal set; } = [];

    /// <summary>Exports in order.</summary>
    public ImmutableArray<WasmExport> Exports { get; internal set; } = [];

    /// <summary>Type index of every function, imports first.</summary>
    internal int[] FunctionTypeIndices { get; set; } = [];

    /// <summary>Number of imported functions.</summary>
    internal int ImportedFunctionCount { get; set; }

    /// <summary>Every table, imports first; <see cref="TableDefinition.Initializer"/> is null for imports.</summary>
    internal TableDefinition[] Tables { get; set; } = [];

    /// <summary>Number of imported tables.</summary>
    internal int ImportedTableCount { get; set; }

    /// <summary>Every memory, imports first.</summary>
    internal MemoryType[] Memories { get; set; } = [];

    /// <summary>Number of imported memories.</summary>
    internal int ImportedMemoryCount { get; set; }

    /// <summary>The type of every global, imports first.</summary>
    internal GlobalType[] GlobalTypes { get; set; } = [];

    /// <summary>Number of imported globals.</summary>
    internal int ImportedGlobalCount { get; set; }

    /// <summary>The globals of the global section.</summary>
    internal GlobalDefinition[] Globals { get; set; } = [];

    /// <summary>The start function, or null.</summary>
    internal int? StartFunction { get; set; }

    /// <summary>Element segments.</summary>
    internal ElementSegment[] Elements { get; set; } = [];

    /// <summary>Data segments.</summary>
    internal DataSegment[] Data { get; set; } = [];

    /// <summary>Where each section begins, by section number; 0 when it is missing. For error messages.</summary>
    internal int[] SectionOffsets { get; } = new int[14];

    /// <summary>Whether there is a data count section, without which code must not name data segments.</summary>
    internal bool HasDataCount { get; set; }

    /// <summary>Bodies of the functions that are not imported.</summary>
    internal FunctionBody[] Bodies { get; set; } = [];

    /// <summary>Functions that <c>ref.func</c> may name (core specification 3.4.16, <c>C.refs</c>); filled by validation.</summary>
    internal HashSet<int> DeclaredReferences { get; set; } = [];

    /// <summary>Where the contents of the custom sections with debug information (DWARF) are, by their names. Nobody has looked into them.</summary>
    internal Dictionary<string, (int Start, int Length)> DebugSections { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it says which line of source its instructions come from.</summary>
    internal bool HasLines => DebugSections.ContainsKey(".debug_line");

    /// <summary>Offset of the first byte of the code section's contents, from which debug information counts; 0 without one.</summary>
    internal int CodeStart { get; set; }

    /// <summary>Function names of the name section, by function index; empty when there is none or it is malformed.</summary>
    internal IReadOnlyDictionary<int, string> FunctionNames { get; set; } = new Dictionary<int, string>();

    /// <summary>Number of functions, imports included.</summary>
    internal int FunctionCount => FunctionTypeIndices.Length;

    /// <summary>The type of function <paramref name="index"/> (imports first).</summary>
    internal FunctionType FunctionTypeOf(int index) => Types[FunctionTypeIndices[index]];

    /// <summary>The type of tag <paramref name="index"/> (imports first): its parameters are the values of an exception.</summary>
    internal FunctionType TagTypeOf(int index) => Types[TagTypeIndices[index]];

    /// <summary>The features with which its functions are still to be validated; null when that is done.</summary>
    internal WasmFeatures? FeaturesToValidate { get; set; }

    /// <summary>Ends the loading of the module.</summary>
    internal CancellationToken LoadCancellation { get; private set; }

    /// <summary>It is loaded from a budget, which its translation draws on as well.</summary>
    internal void DrawOn(LoadBudget budget)
    {
        _budget = budget;
        LoadCancellation = budget.CancellationToken;
    }

    /// <summary>What translating the module may cost: what is left of its load's budget the first time, a budget of its own later.</summary>
    internal LoadBudget TakeBudget() => Interlocked.Exchange(ref _budget, null) ?? new LoadBudget(Bytes.Length);

    /// <summary>The type of an export.</summary>
    public ExternalType TypeOf(WasmExport export)
    {
        ArgumentNullException.ThrowIfNull(export);
        return export.Kind switch
        {
            ExternalKind.Function => new()
            {
                Kind = export.Kind,
                Function = FunctionTypeOf(export.Index),
                Definition = Definitions[FunctionTypeIndices[export.Index]],
            },
            ExternalKind.Tag => new()
            {
                Kind = export.Kind,
                Function = TagTypeOf(export.Index),
                Definition = Definitions[TagTypeIndices[export.Index]],
            },
            ExternalKind.Table => new() { Kind = export.Kind, Table = Tables[export.Index].Type },
            ExternalKind.Memory => new() { Kind = export.Kind, Memory = Memories[export.Index] },
            _ => new() { Kind = export.Kind, Global = GlobalTypes[export.Index] },
        };
    }
}
