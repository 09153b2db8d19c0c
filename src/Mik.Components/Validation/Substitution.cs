using System.Diagnostics.CodeAnalysis;
using Mik.Components.Model;

namespace Mik.Components.Validation;

/// <summary>
/// Rewrites types with some resources and named types replaced by others. Parts that nothing changes stay the same objects;
/// every part is rewritten once, however often it is shared.
/// </summary>
internal sealed class Substitution(WorkBudget budget)
{
    private const int CopyCost = 16;

    private readonly Dictionary<ResourceVariable, ResourceVariable> _resources = [];
    private readonly Dictionary<DefinedType, DefinedType> _types = new(ReferenceEqualityComparer.Instance);

    /// <summary>Puts one resource in the place of another.</summary>
    public void Replace(ResourceVariable old, ResourceVariable replacement) => _resources[old] = replacement;

    /// <summary>Puts the item of an argument in the place of the import: types that have a name there keep it.</summary>
    public void Rename(ExternType import, ExternType argument)
    {
        budget.Spend();
        if (import.Sort == Sort.Type)
        {
            _types[import.Type] = argument.Type;
        }
        else if (import.Instance is { } instance && argument.Instance is { } actual)
        {
            foreach (var export in instance.Exports)
            {
                if (actual.Exports.TryGet(export.Name.Text, out var item))
                {
                    Rename(export.Type, item);
                }
            }
        }
    }

    public ResourceVariable Apply(ResourceVariable variable) => _resources.GetValueOrDefault(variable, variable);

    public ExternList Apply(ExternList items) => TryApply(items, out var changed) ? changed : items;

    public ExternType Apply(ExternType type)
    {
        var changed = Apply(type.Type);
        return ReferenceEquals(changed, type.Type) ? type : type with { Type = changed };
    }

    [return: NotNullIfNotNull(nameof(type))]
    public DefinedType? Apply(DefinedType? type)
    {
        if (type is null or PrimitiveType or CoreModuleType)
        {
            return type;
        }
        if (!_types.TryGetValue(type, out var changed))
        {
            budget.Spend();
            changed = Rewrite(type);
            _types[type] = changed;
        }
        return changed;
    }

    private DefinedType Rewrite(DefinedType type) => type switch
    {
        ResourceType resource => _resources.TryGetValue(resource.Variable, out var variable) ? new ResourceType(variable) : type,
        OwnType own => Changed(own.Type, out var resource) ? new OwnType(resource) : type,
        BorrowType borrow => Changed(borrow.Type, out var resource) ? new BorrowType(resource) : type,
        OptionType option => Changed(option.Element, out var element) ? new OptionType(element) : type,
        StreamType stream => Changed(stream.Element, out var element) ? new StreamType(element) : type,
        FutureType future => Changed(future.Element, out var element) ? new FutureType(element) : type,
        ListType list => Changed(list.Element, out var element) ? new ListType(element, list.FixedLength) : type,
        ResultType result => Changed(result.Ok, out var ok) | Changed(result.Error, out var error) ? new ResultType(ok, error) : type,
        TupleType tuple => TryMap(tuple.Elements, Value, out var elements) ? new TupleType(elements) : type,
        RecordType record => TryMap(record.Fields, Field, out var fields) ? new RecordType(fields) : type,
        VariantType variant => TryMap(variant.Cases, Case, out var cases) ? new VariantType(cases) : type,
        ComponentFunctionType function =>
            TryMap(function.Parameters, Field, out var parameters) | Changed(function.Result, out var result)
                ? new ComponentFunctionType(parameters, result, function.IsAsync)
                : type,
        InstanceType instance => TryApply(instance.Exports, out var exports) ? instance with { Exports = exports } : type,
        ComponentType component => TryApply(component.Imports, out var imports) | TryApply(component.Exports, out var exports)
            ? new ComponentType(imports, exports, component.ImportedResources, component.ExportedResources)
            : type,
        _ => type,
    };

    private ComponentValueType Value(ComponentValueType type) => (ComponentValueType)Apply(type);

    private RecordField Field(RecordField field) => Changed(field.Type, out var type) ? new(field.Name, type) : field;

    private VariantCase Case(VariantCase item) => Changed(item.Type, out var type) ? new(item.Name, type) : item;

    private bool Changed<T>(T? type, [NotNullIfNotNull(nameof(type))] out T? changed)
        where T : DefinedType
    {
        changed = (T?)Apply(type);
        return !ReferenceEquals(type, changed);
    }

    private bool TryApply(ExternList items, out ExternList changed)
    {
        changed = items;
        budget.Spend(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            var type = Apply(items[i].Type);
            if (ReferenceEquals(changed, items) && !ReferenceEquals(type, items[i].Type))
            {
                // Copies stay in memory, so they are dearer than steps.
                budget.Spend(items.Count * CopyCost);
                changed = new ExternList();
                for (var j = 0; j < i; j++)
                {
                    changed.TryAdd(items[j]);
                }
            }
            if (!ReferenceEquals(changed, items))
            {
                changed.TryAdd(items[i] with { Type = type });
            }
        }
        return !ReferenceEquals(changed, items);
    }

    private bool TryMap<T>(TypeList<T> items, Func<T, T> map, out TypeList<T> changed)
        where T : class
    {
        budget.Spend(items.Count);
        T[]? copy = null;
        for (var i = 0; i < items.Count; i++)
        {
            var item = map(items[i]);
            if (!ReferenceEquals(item, items[i]))
            {
                copy ??= items.AsSpan().ToArray();
                copy[i] = item;
            }
        }
        changed = copy is null ? items : new(copy);
        return copy is not null;
    }
}
