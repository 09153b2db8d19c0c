using Mik.Components.Model;

namespace Mik.Components.Validation;

/// <summary>Adds imports and exports to a scope: resources get their variables, types their outside names, and names are checked.</summary>
internal static class Externs
{
    /// <summary>Adds an import; the item's type as the scope sees it.</summary>
    public static ExternType AddImport(Scope scope, ExternName name, DeclaredType declared, int offset)
    {
        var type = declared.Type;
        if (type.Instance is { Resources.Length: > 0 } instance)
        {
            type = type with { Type = InstanceResources.Freshen(scope, name.Text, instance, scope.ImportedResources) };
        }
        else if (declared.IsNewResource)
        {
            scope.ImportedResources.Add(((ResourceType)type.Type).Variable);
        }
        RegisterResource(scope.ImportNames, name, type);
        if (IsNameOfExport(scope, declared.Bound) || (scope.Kind != ScopeKind.InstanceType
            && !new ExternalVisibility(scope.ImportedTypes, scope.Budget).CheckAndRegister(type, [scope.ImportedTypes, scope.ExportedTypes])))
        {
            Reject.Invalid($"import `{name}`: {Describe(type.Sort)} not valid to be used as import, since its type uses types that are not imported", offset);
        }
        scope.ImportNames.Check(name, type, offset);
        Add(scope.Imports, name, type, "import", offset);
        scope.Append(type, offset);
        return type;
    }

    /// <summary>Adds an export whose type is declared; in a type, or ascribed in a component. The type as the scope sees it.</summary>
    public static ExternType AddExport(Scope scope, ExternName name, DeclaredType declared, int offset)
    {
        var type = declared.Type;
        if (type.Instance is { Resources.Length: > 0 } declaredInstance)
        {
            type = type with { Type = InstanceResources.Freshen(scope, name.Text, declaredInstance, scope.DefinedResources) };
        }
        else if (declared.IsNewResource)
        {
            scope.DefinedResources.Add(((ResourceType)type.Type).Variable);
        }
        if (type.Instance is { } instance)
        {
            scope.ExplicitResources.UnionWith(InstanceResources.PathsOf(instance, scope.Budget).Keys);
        }
        else if (type.Type is ResourceType resource)
        {
            scope.ExplicitResources.Add(resource.Variable);
        }
        RegisterResource(scope.ExportNames, name, type);
        if (scope.Kind != ScopeKind.InstanceType
            && !new ExternalVisibility(scope.ExportedTypes, scope.Budget).CheckAndRegister(type, [scope.ExportedTypes]))
        {
            Reject.Invalid(
                $"export `{name}`: {Describe(type.Sort)} not valid to be used as export, since its type uses types that are neither imported nor exported",
                offset);
        }
        scope.ExportNames.Check(name, type, offset);
        Add(scope.Exports, name, type, "export", offset);
        scope.Append(type, offset);
        return type;
    }

    /// <summary>Adds the export of an existing item to a component.</summary>
    public static ExternType AddExport(Scope scope, ExternName name, ExternType actual, DeclaredType? ascribed, int offset)
    {
        if (ascribed is not { } declared)
        {
            var type = actual.Sort == Sort.Type ? actual with { Type = WithNewName(actual.Type) } : actual;
            return AddExport(scope, name, new DeclaredType(type), offset);
        }
        var checker = new TypeChecker(scope.Budget);
        if (declared.Type.Instance is { Resources.Length: > 0 } instance)
        {
            var opened = scope.DefinedResources.Count;
            var fresh = InstanceResources.Freshen(scope, name.Text, instance, scope.DefinedResources);
            declared = new(declared.Type with { Type = fresh });
            foreach (var variable in scope.DefinedResources.Skip(opened))
            {
                checker.Open(variable);
            }
        }
        else if (declared.IsNewResource)
        {
            checker.Open(((ResourceType)declared.Type.Type).Variable);
        }
        if (checker.Mismatch(actual, declared.Type) is { } reason)
        {
            Reject.Invalid($"ascribed type of export `{name}` is not compatible with item's type: {reason}", offset);
        }
        return AddExport(scope, name, declared, offset);
    }

    /// <summary>The same type as an object of its own: a further name for it.</summary>
    public static DefinedType WithNewName(DefinedType type) => type switch
    {
        ResourceType resource => new ResourceType(resource.Variable),
        PrimitiveType => type,
        ComponentValueType value => value with { },
        _ => type,
    };

    /// <summary>Whether a type is known by the name of an export only, which imports may not use.</summary>
    private static bool IsNameOfExport(Scope scope, DefinedType? type) =>
        type is not (null or PrimitiveType) && scope.ExportedTypes.Contains(type) && !scope.ImportedTypes.Contains(type);

    private static void RegisterResource(NameRules names, ExternName name, ExternType type)
    {
        if (type.Type is ResourceType resource)
        {
            names.RegisterResource(name.Text, resource);
        }
    }

    private static void Add(ExternList list, ExternName name, ExternType type, string what, int offset)
    {
        if (!list.TryAdd(new(name, type)))
        {
            Reject.Invalid($"{what} name `{name}` conflicts with previous name `{name}`", offset);
        }
    }

    private static string Describe(Sort sort) => sort switch
    {
        Sort.Function => "func",
        Sort.Type => "type",
        _ => "instance",
    };
}

/// <summary>The type of an import or export as it is declared.</summary>
/// <param name="Type">The type.</param>
/// <param name="IsNewResource">Whether it introduces the resource that <paramref name="Type"/> names.</param>
/// <param name="Bound">The type that it is a further name for (<c>eq</c>), or null.</param>
internal readonly record struct DeclaredType(ExternType Type, bool IsNewResource = false, DefinedType? Bound = null);
