using Mik.Components.Decoding;
using Mik.Wasm.Model;

namespace Mik.Components.Model;

/// <summary>A decoded and validated component.</summary>
public sealed class Component
{
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

    /// <summary>How many core modules are inside, at any depth.</summary>
    public int CoreModuleCount => Definitions.Sum(definition => definition switch
    {
        CoreModuleDefinition => 1,
        ComponentDefinition inner => inner.Component.CoreModuleCount,
        _ => 0,
    });

    /// <summary>How many functions its core modules define together, at any depth.</summary>
    public int CoreFunctionCount => Definitions.Sum(definition => definition switch
    {
        CoreModuleDefinition core => core.Module.DefinedFunctionCount,
        ComponentDefinition inner => inner.Component.CoreFunctionCount,
        _ => 0,
    });

    /// <summary>How many components are inside, at any depth.</summary>
    public int ComponentCount => Definitions.OfType<ComponentDefinition>().Sum(definition => 1 + definition.Component.ComponentCount);

    /// <summary>The definitions in order: instantiation is one walk over them.</summary>
    internal Definition[] Definitions { get; }

    /// <summary>The type index space.</summary>
    internal DefinedType[] Types { get; }

    /// <summary>Every resource that a type of this component's functions can name, by <see cref="ResourceVariable.Slot"/>.</summary>
    internal ResourceVariable[] Resources { get; }

    /// <summary>Decodes and validates a binary component, core modules inside included.</summary>
    /// <param name="bytes">The component; kept, not copied.</param>
    /// <param name="features">What its core modules may use.</param>
    /// <exception cref="InvalidComponentException">The bytes are no valid component; it says why and at what offset.</exception>
    public static Component Load(ReadOnlyMemory<byte> bytes, WasmFeatures features = WasmFeatures.Default) =>
        ComponentDecoder.Decode(bytes, features);
}
