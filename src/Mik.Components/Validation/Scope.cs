using Mik.Components.Model;
using Mik.Wasm.Model;

namespace Mik.Components.Validation;

/// <summary>What has index spaces of its own.</summary>
internal enum ScopeKind
{
    /// <summary>A component.</summary>
    Component,
    /// <summary>A component type.</summary>
    ComponentType,
    /// <summary>An instance type.</summary>
    InstanceType,
}

/// <summary>The index spaces of a component, component type or instance type while it is read, and what it has imported and exported so far.</summary>
internal sealed class Scope
{
    private readonly List<ResourceVariable> _slots = [];

    public Scope(ScopeKind kind, Scope? parent, WorkBudget budget)
    {
        Kind = kind;
        Parent = parent;
        Budget = budget;
        Depth = parent is null ? 1 : parent.Depth + 1;
    }

    public ScopeKind Kind { get; }

    public Scope? Parent { get; }

    public WorkBudget Budget { get; }

    public int Depth { get; }

    public List<Definition> Definitions { get; } = [];

    /// <summary>How many built-ins of async components are defined so far.</summary>
    public int BuiltInCount { get; set; }

    /// <summary>What the instances cost that an instance of this component makes.</summary>
    public InstantiationCost InnerCost { get; private set; }

    public IndexSpace<WasmTypeDefinition> CoreFunctions { get; } = new("core function", ComponentLimits.Items);

    public IndexSpace<TableType> CoreTables { get; } = new("core table", ComponentLimits.Items);

    public IndexSpace<MemoryType> CoreMemories { get; } = new("core memory", ComponentLimits.Items);

    public IndexSpace<GlobalType> CoreGlobals { get; } = new("core global", ComponentLimits.Items);

    public IndexSpace<ExternalType> CoreTags { get; } = new("core tag", ComponentLimits.Items);

    public IndexSpace<DefinedType> CoreTypes { get; } = new("core type", ComponentLimits.Items);

    /// <summary>The core types as other core types may name them.</summary>
    public TypeSpace CoreTypeSpace { get; } = new();

    public IndexSpace<CoreModuleType> CoreModules { get; } = new("core module", ComponentLimits.Instances);

    public IndexSpace<IReadOnlyDictionary<string, ExternalType>> CoreInstances { get; } = new("core instance", ComponentLimits.Instances);

    public IndexSpace<ComponentFunctionType> Functions { get; } = new("function", ComponentLimits.Items);

    public IndexSpace<DefinedType> Types { get; } = new("type", ComponentLimits.Items);

    public IndexSpace<ComponentType> Components { get; } = new("component", ComponentLimits.Instances);

    public IndexSpace<InstanceType> Instances { get; } = new("instance", ComponentLimits.Instances);

    public ExternList Imports { get; } = new();

    public ExternList Exports { get; } = new();

    public NameRules ImportNames { get; } = new("import");

    public NameRules ExportNames { get; } = new("export");

    /// <summary>Types that imports may use: those that were imported. Told apart by identity.</summary>
    public HashSet<DefinedType> ImportedTypes { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Types that exports may use: those that were imported or exported.</summary>
    public HashSet<DefinedType> ExportedTypes { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Resources that are fixed from outside.</summary>
    public List<ResourceVariable> ImportedResources { get; } = [];

    /// <summary>Resources that come into being here: defined, or made by an instance.</summary>
    public List<ResourceVariable> DefinedResources { get; } = [];

    /// <summary>Resources that some export gives a name.</summary>
    public HashSet<ResourceVariable> ExplicitResources { get; } = [];

    /// <summary>Resources with a definition in this component, which may use <c>resource.new</c> and <c>resource.rep</c>.</summary>
    public Dictionary<ResourceVariable, WasmValueType> LocalResources { get; } = [];

    public ResourceVariable[] Slots => [.. _slots];

    /// <summary>Counts an instance that each instance of this component makes.</summary>
    /// <param name="of">The type of the component or core module.</param>
    /// <param name="offset">Offset of the definition.</param>
    public void AddInstance(DefinedType of, int offset)
    {
        InnerCost += Budget.InstantiationCosts.GetValueOrDefault(of, new InstantiationCost(0, 1, 0));
        InnerCost.Check(Budget.Load, offset);
    }

    /// <summary>Adds a core type.</summary>
    public void AddCoreType(DefinedType type, int offset)
    {
        CoreTypes.Add(type, offset);
        if (type is CoreValueType core)
        {
            CoreTypeSpace.Add([core.Type]);
        }
        else
        {
            CoreTypeSpace.Skip();
        }
    }

    /// <summary>The scope that an outer alias names by a count: 0 is this one.</summary>
    public Scope Outer(uint count, int offset)
    {
        var scope = this;
        for (var i = 0u; i < count && scope is not null; i++)
        {
            scope = scope.Parent;
        }
        if (scope is null)
        {
            Reject.Invalid($"invalid outer alias count of {count}", offset);
        }
        return scope;
    }

    /// <summary>A variable for the resource that the next entry of the type index space stands for.</summary>
    public ResourceVariable NewResource(string name)
    {
        if (Kind != ScopeKind.Component)
        {
            return ResourceVariable.Declared(name);
        }
        var variable = ResourceVariable.AtTypeIndex(name, _slots.Count, Types.Count);
        _slots.Add(variable);
        return variable;
    }

    /// <summary>A variable for a resource that the next entry of the instance index space exports under <paramref name="path"/>.</summary>
    public ResourceVariable NewResourceOfInstance(string name, string[] path)
    {
        if (Kind != ScopeKind.Component)
        {
            return ResourceVariable.Declared(name);
        }
        var variable = ResourceVariable.OfInstance(name, _slots.Count, Instances.Count, path.AsImmutable());
        _slots.Add(variable);
        return variable;
    }

    /// <summary>Appends an item of a component-level sort to its index space.</summary>
    public void Append(ExternType type, int offset)
    {
        switch (type.Sort)
        {
            case Sort.CoreModule:
                CoreModules.Add((CoreModuleType)type.Type, offset);
                break;
            case Sort.Function:
                Functions.Add((ComponentFunctionType)type.Type, offset);
                break;
            case Sort.Type:
                Types.Add(type.Type, offset);
                break;
            case Sort.Component:
                Components.Add((ComponentType)type.Type, offset);
                break;
            default:
                Instances.Add((InstanceType)type.Type, offset);
                break;
        }
    }

    /// <summary>The type of an item of a component-level sort.</summary>
    public ExternType TypeOf(Sort sort, uint index, int offset)
    {
        switch (sort)
        {
            case Sort.CoreModule:
                return new(sort, CoreModules.At(index, offset));
            case Sort.Function:
                return new(sort, Functions.At(index, offset));
            case Sort.Type:
                return new(sort, Types.At(index, offset));
            case Sort.Component:
                return new(sort, Components.At(index, offset));
            case Sort.Instance:
                return new(sort, Instances.At(index, offset));
            default:
                Reject.Invalid($"{sort} cannot be imported, exported or passed to a component", offset);
                return null;
        }
    }

    public ComponentValueType ValueTypeAt(uint index, int offset)
    {
        if (Types.At(index, offset) is not ComponentValueType type)
        {
            Reject.Invalid($"type index {index} is not a defined type", offset);
            return null;
        }
        return type;
    }

    public ResourceType ResourceAt(uint index, int offset)
    {
        if (Types.At(index, offset) is not ResourceType type)
        {
            Reject.Invalid($"type index {index} is not a resource type", offset);
            return null;
        }
        return type;
    }

    public ComponentFunctionType FunctionTypeAt(uint index, int offset)
    {
        if (Types.At(index, offset) is not ComponentFunctionType type)
        {
            Reject.Invalid($"type index {index} is not a function type", offset);
            return null;
        }
        return type;
    }
}
