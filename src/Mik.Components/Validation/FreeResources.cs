using Mik.Components.Model;

namespace Mik.Components.Validation;

/// <summary>Collects the resources that types refer to and do not themselves introduce.</summary>
internal sealed class FreeResources(WorkBudget budget)
{
    private readonly HashSet<DefinedType> _visited = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<ResourceVariable> _bound = [];
    private readonly HashSet<ResourceVariable> _found = [];

    public static IReadOnlySet<ResourceVariable> Of(DefinedType type, WorkBudget budget)
    {
        var free = new FreeResources(budget);
        free.Visit(type);
        return free.Result();
    }

    public static IReadOnlySet<ResourceVariable> Of(ExternList items, WorkBudget budget)
    {
        var free = new FreeResources(budget);
        free.Visit(items);
        return free.Result();
    }

    private HashSet<ResourceVariable> Result()
    {
        _found.ExceptWith(_bound);
        return _found;
    }

    private void Visit(ExternList items)
    {
        foreach (var item in items)
        {
            Visit(item.Type.Type);
        }
    }

    private void Visit(DefinedType? type)
    {
        if (type is null or CoreModuleType
            || (type is ComponentValueType value && (value.Facts.Contains & TypeContents.Resource) == TypeContents.None)
            || !_visited.Add(type))
        {
            return;
        }
        budget.Spend();
        switch (type)
        {
            case ResourceType resource:
                _found.Add(resource.Variable);
                break;
            case OwnType own:
                _found.Add(own.Resource);
                break;
            case BorrowType borrow:
                _found.Add(borrow.Resource);
                break;
            case OptionType option:
                Visit(option.Element);
                break;
            case AsyncValueType end:
                Visit(end.Element);
                break;
            case ListType list:
                Visit(list.Element);
                break;
            case ResultType result:
                Visit(result.Ok);
                Visit(result.Error);
                break;
            case TupleType tuple:
                VisitAll(tuple.Elements);
                break;
            case RecordType record:
                VisitAll(record.Fields.Select(field => field.Type));
                break;
            case VariantType variant:
                VisitAll(variant.Cases.Select(item => item.Type));
                break;
            case ComponentFunctionType function:
                VisitAll(function.Parameters.Select(parameter => parameter.Type));
                Visit(function.Result);
                break;
            case InstanceType instance:
                _bound.UnionWith(instance.Resources);
                Visit(instance.Exports);
                break;
            case ComponentType component:
                _bound.UnionWith(component.ImportedResources);
                _bound.UnionWith(component.ExportedResources);
                Visit(component.Imports);
                Visit(component.Exports);
                break;
        }
    }

    private void VisitAll(IEnumerable<ComponentValueType?> types)
    {
        foreach (var type in types)
        {
            Visit(type);
        }
    }
}
