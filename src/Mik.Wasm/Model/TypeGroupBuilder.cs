using System.Collections.Immutable;

namespace Mik.Wasm.Model;

/// <summary>Makes the types of a recursion group: references within it get their numbers.</summary>
internal static class TypeGroupBuilder
{
    /// <summary>Fills a group.</summary>
    /// <exception cref="InvalidModuleException">Supertypes are nested too deep.</exception>
    /// <exception cref="OperationCanceledException">Nobody wants the group any more.</exception>
    public static void Fill(
        RecursionGroup group, ReadOnlySpan<SubType> types, int[] numbers, int offset, FunctionType? function, CancellationToken cancellationToken)
    {
        var definitions = new WasmTypeDefinition[types.Length];
        var others = new HashSet<WasmTypeDefinition>();
        for (var i = 0; i < types.Length; i++)
        {
            var supertype = types[i].Super ?? (types[i].SuperType >= 0 ? definitions[types[i].SuperType] : null);
            if (supertype?.Depth >= WasmTypeDefinition.MaximumDepth)
            {
                throw new InvalidModuleException(
                    $"subtyping depth: more than {WasmTypeDefinition.MaximumDepth} supertypes above a type", offset, isMalformed: false)
                { IsOverLimit = true };
            }
            definitions[i] = new WasmTypeDefinition(group, numbers[i], types[i].Form, types[i].IsFinal, supertype);
        }
        group.Types = definitions;
        for (var i = 0; i < types.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (type, definition) = (types[i], definitions[i]);
            if (type.Form == TypeForm.Function)
            {
                definition.Function = function ?? new FunctionType(Resolve(type.Parameters, group, others), Resolve(type.Results, group, others));
                if (function is null && types.Length == 1 && type.IsFinal && definition.Supertype is null)
                {
                    definition.Function.Definition = definition;
                }
            }
            else
            {
                definition.Fields = type.Fields.ConvertAll(one => one with { Value = Resolve(one.Value, group, others) }).AsImmutable();
            }
        }
        group.Others = [.. others];
    }

    private static ImmutableArray<WasmValueType> Resolve(ImmutableArray<WasmValueType> types, RecursionGroup group, HashSet<WasmTypeDefinition> others) =>
        types.ConvertAll(type => Resolve(type, group, others)).AsImmutable();

    private static WasmValueType Resolve(WasmValueType type, RecursionGroup group, HashSet<WasmTypeDefinition> others)
    {
        if (type.HeapType == HeapTypeKind.OfGroup)
        {
            return group.Types[type.TypeNumber].Reference with { IsNonNull = type.IsNonNull };
        }
        if (type.IsDefined && TypeRegistry.Find(type.TypeNumber) is { } other)
        {
            others.Add(other);
        }
        return type;
    }
}
