using System.Collections.Immutable;
using Mik.Components.Model;

namespace Mik.Components.Validation;

/// <summary>
/// Whether one type may be given for another (Explainer.md, "Type Checking"). Value and function types must be equal; instance,
/// component and module types may export more and import less. The expected side may have open resource variables: the first
/// thing given for one fixes it, and everything after must agree.
/// </summary>
internal sealed class TypeChecker(WorkBudget budget)
{
    private Side _actual = new();
    private Side _expected = new();

    /// <summary>Leaves a variable of the expected side open.</summary>
    public void Open(ResourceVariable variable) => _expected.Open.Add(variable);

    /// <summary>What was given for an open variable, or null.</summary>
    public ResourceVariable? Solution(ResourceVariable variable) => _expected.Map.GetValueOrDefault(variable);

    /// <summary>Why <paramref name="actual"/> cannot be given for <paramref name="expected"/>, or null when it can.</summary>
    public string? Mismatch(ExternType actual, ExternType expected)
    {
        budget.Spend();
        if (actual.Sort != expected.Sort)
        {
            return $"expected {Name(expected.Sort)}, found {Name(actual.Sort)}";
        }
        return expected.Sort switch
        {
            Sort.CoreModule => CoreMatching.Mismatch((CoreModuleType)actual.Type, (CoreModuleType)expected.Type, budget),
            Sort.Function => Mismatch((ComponentFunctionType)actual.Type, (ComponentFunctionType)expected.Type),
            Sort.Instance => MismatchOfExports(((InstanceType)actual.Type).Exports, ((InstanceType)expected.Type).Exports),
            Sort.Component => Mismatch((ComponentType)actual.Type, (ComponentType)expected.Type),
            _ => MismatchOfBounds(actual.Type, expected.Type),
        };
    }

    /// <summary>Why a function cannot be given for another, or null when it can.</summary>
    private string? Mismatch(ComponentFunctionType actual, ComponentFunctionType expected)
    {
        if (actual.IsAsync != expected.IsAsync)
        {
            return $"expected {(expected.IsAsync ? "an async" : "a sync")} function, found {(actual.IsAsync ? "an async" : "a sync")} one";
        }
        if (actual.Parameters.Count != expected.Parameters.Count)
        {
            return $"expected {expected.Parameters.Count} parameters, found {actual.Parameters.Count}";
        }
        for (var i = 0; i < expected.Parameters.Count; i++)
        {
            var (given, wanted) = (actual.Parameters[i], expected.Parameters[i]);
            if (given.Name != wanted.Name)
            {
                return $"expected parameter named `{wanted.Name}`, found `{given.Name}`";
            }
            if (Mismatch(given.Type, wanted.Type) is { } reason)
            {
                return $"type mismatch in function parameter `{wanted.Name}`: {reason}";
            }
        }
        return (actual.Result, expected.Result) switch
        {
            (null, null) => null,
            (null, _) => "expected a result, found none",
            (_, null) => "expected no result, found one",
            var (given, wanted) => Mismatch(given, wanted) is { } reason ? $"type mismatch with result type: {reason}" : null,
        };
    }

    /// <summary>Type exports: a resource stands for an open variable or must be the very one; other types must be equal.</summary>
    private string? MismatchOfBounds(DefinedType actual, DefinedType expected)
    {
        switch (actual, expected)
        {
            case (ResourceType given, ResourceType wanted):
                if (_expected.TrySolve(wanted.Variable, _actual.Resolve(given.Variable)))
                {
                    return null;
                }
                return Same(given.Variable, wanted.Variable) ? null : "resource types are not the same";
            case (ComponentValueType given, ComponentValueType wanted):
                return Mismatch(given, wanted);
            case (ComponentFunctionType given, ComponentFunctionType wanted):
                return Mismatch(given, wanted);
            case (ComponentType given, ComponentType wanted):
                return Mismatch(given, wanted) ?? Swapped(() => Mismatch(wanted, given));
            case (InstanceType given, InstanceType wanted):
                return MismatchOfDeclared(given, wanted) ?? Swapped(() => MismatchOfDeclared(wanted, given));
            default:
                return $"expected {Name(expected)}, found {Name(actual)}";
        }
    }

    private string? MismatchOfExports(ExternList actual, ExternList expected)
    {
        foreach (var export in expected)
        {
            if (!actual.TryGet(export.Name.Text, out var given))
            {
                return $"missing expected export `{export.Name}`";
            }
            if (Mismatch(given, export.Type) is { } reason)
            {
                var user = export.Type.Sort == Sort.Function ? null : FunctionThatDiffers(actual, expected);
                return $"type mismatch in instance export `{export.Name}`{(user is null ? "" : $" (used by function `{user}`)")}: {reason}";
            }
        }
        return null;
    }

    /// <summary>The first function whose type differs: where a type differs, the one that people know it from.</summary>
    private string? FunctionThatDiffers(ExternList actual, ExternList expected)
    {
        foreach (var export in expected)
        {
            if (export.Type.Sort == Sort.Function && actual.TryGet(export.Name.Text, out var given) && given.Sort == Sort.Function
                && Mismatch(given, export.Type) is not null)
            {
                return export.Name.Text;
            }
        }
        return null;
    }

    /// <summary>Instance types that no instance has been given to yet: the actual one's resources are anything, the expected one's are open.</summary>
    private string? MismatchOfDeclared(InstanceType actual, InstanceType expected)
    {
        _actual.Fix(actual.Resources);
        _expected.Reopen(expected.Resources);
        return MismatchOfExports(actual.Exports, expected.Exports);
    }

    /// <summary>
    /// Whoever asks for the expected component gives its imports and wants its exports. So its imports, whatever they are, must
    /// be enough for the actual component; what that one then exports must be enough for who asked.
    /// </summary>
    private string? Mismatch(ComponentType actual, ComponentType expected)
    {
        budget.Spend();
        _expected.Fix(expected.ImportedResources);
        _actual.Reopen(actual.ImportedResources);
        foreach (var import in actual.Imports)
        {
            if (!expected.Imports.TryGet(import.Name.Text, out var given))
            {
                return $"missing expected import `{import.Name}`";
            }
            if (Swapped(() => Mismatch(given, import.Type)) is { } reason)
            {
                return $"type mismatch in component import `{import.Name}`: {reason}";
            }
        }
        _actual.Fix(actual.ExportedResources);
        _expected.Reopen(expected.ExportedResources);
        foreach (var export in expected.Exports)
        {
            if (!actual.Exports.TryGet(export.Name.Text, out var given))
            {
                return $"missing expected export `{export.Name}`";
            }
            if (Mismatch(given, export.Type) is { } reason)
            {
                return $"type mismatch in component export `{export.Name}`: {reason}";
            }
        }
        return null;
    }

    private string? Mismatch(ComponentValueType actual, ComponentValueType expected) =>
        Same(actual, expected) ? null : Difference(actual, expected);

    /// <summary>How two types differ that do: the innermost place where they begin to.</summary>
    private string Difference(ComponentValueType actual, ComponentValueType expected) => (actual, expected) switch
    {
        (RecordType given, RecordType wanted) when given.Fields.Select(field => field.Name).SequenceEqual(wanted.Fields.Select(field => field.Name)) =>
            Within(
                given.Fields.Select(field => ("field `" + field.Name + "`", (ComponentValueType?)field.Type)),
                wanted.Fields.Select(field => (ComponentValueType?)field.Type)),
        (VariantType given, VariantType wanted) when given.Cases.Select(item => item.Name).SequenceEqual(wanted.Cases.Select(item => item.Name)) =>
            Within(given.Cases.Select(item => ("case `" + item.Name + "`", item.Type)), wanted.Cases.Select(item => item.Type)),
        (StreamType given, StreamType wanted) => Within([("the stream's elements", given.Element)], [wanted.Element]),
        (FutureType given, FutureType wanted) => Within([("the future's value", given.Element)], [wanted.Element]),
        (ListType given, ListType wanted) when given.FixedLength == wanted.FixedLength => Within([("the list's elements", given.Element)], [wanted.Element]),
        (OptionType given, OptionType wanted) => Within([("the option", given.Element)], [wanted.Element]),
        (ResultType given, ResultType wanted) => Within([("the result", given.Ok), ("the result's error", given.Error)], [wanted.Ok, wanted.Error]),
        _ => $"expected {TypeNames.Describe(expected)}, found {TypeNames.Describe(actual)}",
    };

    private string Within(IEnumerable<(string Place, ComponentValueType? Type)> actual, IEnumerable<ComponentValueType?> expected)
    {
        foreach (var ((place, given), wanted) in actual.Zip(expected))
        {
            if (!Same(given, wanted))
            {
                return given is null || wanted is null
                    ? $"in {place}: expected {(wanted is null ? "no value" : TypeNames.Describe(wanted))}, found "
                        + $"{(given is null ? "no value" : TypeNames.Describe(given))}"
                    : $"in {place}: {Difference(given, wanted)}";
            }
        }
        return "they differ";
    }

    private bool Same(ComponentValueType? actual, ComponentValueType? expected)
    {
        if (actual is null || expected is null)
        {
            return actual is null && expected is null;
        }
        budget.Spend();
        if (actual.Kind != expected.Kind)
        {
            return false;
        }
        if (((actual.Facts.Contains | expected.Facts.Contains) & TypeContents.Resource) == TypeContents.None
            && (ReferenceEquals(actual, expected) || actual.Facts.Hash != expected.Facts.Hash))
        {
            return ReferenceEquals(actual, expected);
        }
        return (actual, expected) switch
        {
            (OwnType given, OwnType wanted) => Same(given.Resource, wanted.Resource),
            (BorrowType given, BorrowType wanted) => Same(given.Resource, wanted.Resource),
            (OptionType given, OptionType wanted) => Same(given.Element, wanted.Element),
            (AsyncValueType given, AsyncValueType wanted) => Same(given.Element, wanted.Element),
            (ListType given, ListType wanted) => given.FixedLength == wanted.FixedLength && Same(given.Element, wanted.Element),
            (ResultType given, ResultType wanted) => Same(given.Ok, wanted.Ok) && Same(given.Error, wanted.Error),
            (TupleType given, TupleType wanted) => SameTuples(given, wanted),
            (RecordType given, RecordType wanted) => SameRecords(given, wanted),
            (VariantType given, VariantType wanted) => SameVariants(given, wanted),
            (FlagsType given, FlagsType wanted) => given.Labels == wanted.Labels,
            (EnumType given, EnumType wanted) => given.Labels == wanted.Labels,
            _ => true,
        };
    }

    private bool Same(ResourceVariable actual, ResourceVariable expected) =>
        ReferenceEquals(_actual.Resolve(actual), _expected.Resolve(expected));

    private bool SameTuples(TupleType actual, TupleType expected)
    {
        var same = actual.Elements.Count == expected.Elements.Count;
        for (var i = 0; same && i < expected.Elements.Count; i++)
        {
            same = Same(actual.Elements[i], expected.Elements[i]);
        }
        return same;
    }

    private bool SameRecords(RecordType actual, RecordType expected)
    {
        var same = actual.Fields.Count == expected.Fields.Count;
        for (var i = 0; same && i < expected.Fields.Count; i++)
        {
            same = actual.Fields[i].Name == expected.Fields[i].Name && Same(actual.Fields[i].Type, expected.Fields[i].Type);
        }
        return same;
    }

    private bool SameVariants(VariantType actual, VariantType expected)
    {
        var same = actual.Cases.Count == expected.Cases.Count;
        for (var i = 0; same && i < expected.Cases.Count; i++)
        {
            same = actual.Cases[i].Name == expected.Cases[i].Name && Same(actual.Cases[i].Type, expected.Cases[i].Type);
        }
        return same;
    }

    private string? Swapped(Func<string?> check)
    {
        (_actual, _expected) = (_expected, _actual);
        var reason = check();
        (_actual, _expected) = (_expected, _actual);
        return reason;
    }

    private static string Name(Sort sort) => sort switch
    {
        Sort.CoreModule => "module",
        Sort.Function => "func",
        Sort.Type => "type",
        Sort.Component => "component",
        _ => "instance",
    };

    private static string Name(DefinedType type) => type switch
    {
        ResourceType => "resource",
        ComponentValueType => "defined type",
        ComponentFunctionType => "func type",
        ComponentType => "component type",
        _ => "instance type",
    };

    /// <summary>
    /// What the variables of one side stand for. Each side has its own, since one declared type may stand on both with its
    /// variables meaning different things.
    /// </summary>
    private sealed class Side
    {
        public Dictionary<ResourceVariable, ResourceVariable> Map { get; } = [];

        public HashSet<ResourceVariable> Open { get; } = [];

        public ResourceVariable Resolve(ResourceVariable variable) => Map.GetValueOrDefault(variable, variable);

        public bool TrySolve(ResourceVariable variable, ResourceVariable given)
        {
            var isOpen = Open.Remove(variable);
            if (isOpen)
            {
                Map[variable] = given;
            }
            return isOpen;
        }

        /// <summary>Each variable now stands for something that equals nothing else.</summary>
        public void Fix(ImmutableArray<ResourceVariable> variables)
        {
            foreach (var variable in variables)
            {
                Map[variable] = ResourceVariable.Declared(variable.Name);
            }
        }

        public void Reopen(ImmutableArray<ResourceVariable> variables)
        {
            foreach (var variable in variables)
            {
                Map.Remove(variable);
                Open.Add(variable);
            }
        }
    }
}
