using System.Collections.Immutable;

namespace Mik.Wasm.Model;

/// <summary>A type as it stands in a type section (core specification 2.3.9), before equal ones are found.</summary>
/// <param name="IsFinal">Whether no type may extend it.</param>
/// <param name="Super">The supertype, when it is of an earlier group.</param>
/// <param name="SuperType">The supertype's place in the group, or -1.</param>
/// <param name="Form">What it is the type of.</param>
/// <param name="Parameters">Of a function type.</param>
/// <param name="Results">Of a function type.</param>
/// <param name="Fields">Of a structure or an array.</param>
internal sealed record SubType(
    bool IsFinal, WasmTypeDefinition? Super, int SuperType, TypeForm Form, ImmutableArray<WasmValueType> Parameters, ImmutableArray<WasmValueType> Results,
    ImmutableArray<FieldType> Fields)
{
    /// <summary>Whether it refers to types that modules define, its own group's included.</summary>
    public bool RefersToTypes => Parameters.Exists(Refers) || Results.Exists(Refers) || Fields.Exists(static one => Refers(one.Value));

    private static bool Refers(WasmValueType type) => type.IsDefined || type.HeapType == HeapTypeKind.OfGroup;
}
