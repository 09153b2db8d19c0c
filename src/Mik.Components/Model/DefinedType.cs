using System.Collections.Immutable;

namespace Mik.Components.Model;

/// <summary>
/// What an entry of a component's type index space is (Binary.md, "deftype"): a <see cref="ComponentValueType"/>,
/// <see cref="ComponentFunctionType"/>, <see cref="InstanceType"/>, <see cref="ComponentType"/>, <see cref="ResourceType"/>;
/// and, in the core type index space, a <see cref="CoreModuleType"/>.
/// </summary>
public abstract record DefinedType
{
    /// <summary>How large the type is when written out.</summary>
    internal abstract TypeMeasure Measure { get; }
}

/// <summary>A function type of the Component Model.</summary>
/// <param name="Parameters">Named parameters.</param>
/// <param name="Result">The result, or null.</param>
/// <param name="IsAsync">Whether it is an <c>async func</c>, which may wait before it returns.</param>
public sealed record ComponentFunctionType(TypeList<RecordField> Parameters, ComponentValueType? Result, bool IsAsync = false) : DefinedType
{
    internal override TypeMeasure Measure { get; } = TypeMeasure.OfFunction(Parameters, Result);
}

/// <summary>
/// A resource type under one of its names. Several entries of a type index space may stand for one resource; then they are
/// different objects that share a <see cref="ResourceVariable"/>, and compare equal.
/// </summary>
/// <param name="Variable">The resource.</param>
public sealed record ResourceType(ResourceVariable Variable) : DefinedType
{
    internal override TypeMeasure Measure => TypeMeasure.One;
}

/// <summary>The type of a component instance.</summary>
/// <param name="Exports">What it exports, in order.</param>
/// <param name="Resources">
/// The resources that are the instance's own: those that occur in <paramref name="Exports"/> and are fixed only by the
/// instance itself. Every import of the type, or instance made with it, gets variables of its own for them.
/// </param>
public sealed record InstanceType(ExternList Exports, ImmutableArray<ResourceVariable> Resources) : DefinedType
{
    internal override TypeMeasure Measure { get; } = TypeMeasure.Of(Exports);

    /// <summary>Whether a resource can be found in the exports, however deep.</summary>
    internal bool ExportsResources { get; } = Exports.Any(export =>
        export.Type.Type is ResourceType || export.Type.Instance is { ExportsResources: true });
}

/// <summary>The type of a component.</summary>
/// <param name="Imports">What it imports, in order.</param>
/// <param name="Exports">What it exports, in order.</param>
/// <param name="ImportedResources">The resources that the arguments of an instantiation fix.</param>
/// <param name="ExportedResources">The resources that each instance makes anew.</param>
public sealed record ComponentType(
    ExternList Imports, ExternList Exports, ImmutableArray<ResourceVariable> ImportedResources, ImmutableArray<ResourceVariable> ExportedResources)
    : DefinedType
{
    internal override TypeMeasure Measure { get; } = TypeMeasure.Of(Imports).With(TypeMeasure.Of(Exports));
}
