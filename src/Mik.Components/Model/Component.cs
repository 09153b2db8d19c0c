using Mik.Wasm.Model;

namespace Mik.Components.Model;

/// <summary>A decoded and validated component.</summary>
public sealed class Component
{
    private bool? _usesTasks;
    private bool? _hasSyncLower;

    internal Component(Definition[] definitions, DefinedType[] types, ResourceVariable[] resources, ComponentType type)
    {
        Definitions = definitions;
        Types = types;
        Resources = resources;
        Type = type;
    }

    /// <summary>What the component imports and exports.</summary>
    public ComponentType Type { get; }

    /// <summary>What it imports, in order.</summary>
    public ExternList Imports => Type.Imports;

    /// <summary>What it exports, in order.</summary>
    public ExternList Exports => Type.Exports;

    /// <summary>The core modules inside, at any depth.</summary>
    public IEnumerable<WasmModule> CoreModules => Definitions.SelectMany(definition => definition switch
    {
        CoreModuleDefinition core => [core.Module],
        ComponentDefinition inner => inner.Component.CoreModules,
        _ => [],
    });

    /// <summary>How many core modules are inside, at any depth.</summary>
    public int CoreModuleCount => CoreModules.Count();

    /// <summary>How many functions its core modules define together, at any depth.</summary>
    public int CoreFunctionCount => CoreModules.Sum(module => module.DefinedFunctionCount);

    /// <summary>How many components are inside, at any depth.</summary>
    public int ComponentCount => Definitions.OfType<ComponentDefinition>().Sum(definition => 1 + definition.Component.ComponentCount);

    /// <summary>The definitions in order: instantiation is one walk over them.</summary>
    internal Definition[] Definitions { get; }

    /// <summary>The type index space.</summary>
    internal DefinedType[] Types { get; }

    /// <summary>Every resource that a type of this component's functions can name, by <see cref="ResourceVariable.Slot"/>.</summary>
    internal ResourceVariable[] Resources { get; }

    /// <summary>Whether it calls async functions as if they were not.</summary>
    internal bool HasSyncLowerOfAsync =>
        _hasSyncLower ??= Definitions.Any(definition => definition is CanonLower { Type.IsAsync: true, Options.IsAsync: false });

    /// <summary>Whether anything in it, at any depth, can wait or be told of events: whether its calls are tasks.</summary>
    internal bool UsesTasks => _usesTasks ??= Definitions.Any(definition => definition switch
    {
        CanonBuiltIn => true,
        CanonLift lift => lift.Type.IsAsync,
        CanonLower lower => lower.Type.IsAsync,
        ComponentDefinition inner => inner.Component.UsesTasks,
        _ => false,
    });
}
