using Mik.Components.Model;

namespace Mik.Components.Validation;

/// <summary>
/// Whether every type that an import or export uses has a name outside (Explainer.md, "External Visibility of Types"): resources,
/// records, variants, enums and flags must have been imported (or, for exports, imported or exported) themselves.
/// </summary>
internal sealed class ExternalVisibility(HashSet<DefinedType> named, WorkBudget budget)
{
    private readonly HashSet<DefinedType> _named = named;
    private readonly HashSet<DefinedType> _visible = new(ReferenceEqualityComparer.Instance);

    /// <summary>Checks an item; types that it introduces become named in all of <paramref name="targets"/>.</summary>
    public bool CheckAndRegister(ExternType type, ReadOnlySpan<HashSet<DefinedType>> targets)
    {
        budget.Spend();
        switch (type.Sort)
        {
            case Sort.Type:
                if (!PartsAreVisible(type.Type))
                {
                    return false;
                }
                foreach (var target in targets)
                {
                    target.Add(type.Type);
                }
                return true;
            case Sort.Instance:
                foreach (var export in ((InstanceType)type.Type).Exports)
                {
                    if (!CheckAndRegister(export.Type, targets))
                    {
                        return false;
                    }
                }
                return true;
            case Sort.Function:
                return PartsAreVisible(type.Type);
            default:
                return true;
        }
    }

    /// <summary>Whether the parts of a type are visible; the type itself may be about to get its name.</summary>
    private bool PartsAreVisible(DefinedType type) => type switch
    {
        OwnType own => _named.Contains(own.Type),
        BorrowType borrow => _named.Contains(borrow.Type),
        OptionType option => IsVisible(option.Element),
        AsyncValueType end => IsVisible(end.Element),
        ListType list => IsVisible(list.Element),
        ResultType result => IsVisible(result.Ok) && IsVisible(result.Error),
        TupleType tuple => AllVisible(tuple.Elements),
        RecordType record => AllVisible(record.Fields.Select(field => field.Type)),
        VariantType variant => AllVisible(variant.Cases.Select(item => item.Type)),
        ComponentFunctionType function => AllVisible(function.Parameters.Select(parameter => parameter.Type)) && IsVisible(function.Result),
        InstanceType instance => ExportsAreVisible(instance),
        _ => true,
    };

    /// <summary>What an instance type exports has a name in it, for what it exports afterwards.</summary>
    private bool ExportsAreVisible(InstanceType instance)
    {
        var inside = new ExternalVisibility(new(_named, ReferenceEqualityComparer.Instance), budget);
        return instance.Exports.All(export =>
            export.Type.Sort is Sort.Component or Sort.CoreModule || inside.CheckAndRegister(export.Type, [inside._named]));
    }

    private bool IsVisible(ComponentValueType? type)
    {
        if (type is null || (type.Facts.Contains & TypeContents.Named) == TypeContents.None
            || _named.Contains(type) || _visible.Contains(type))
        {
            return true;
        }
        budget.Spend();
        var visible = type.Kind is not (ComponentTypeKind.Record or ComponentTypeKind.Variant or ComponentTypeKind.Enum or ComponentTypeKind.Flags)
            && PartsAreVisible(type);
        if (visible)
        {
            _visible.Add(type);
        }
        return visible;
    }

    private bool AllVisible(IEnumerable<ComponentValueType?> types)
    {
        foreach (var type in types)
        {
            budget.Spend();
            if (!IsVisible(type))
            {
                return false;
            }
        }
        return true;
    }
}
