using Mik.Components.Model;

namespace Mik.Components.Validation;

/// <summary>The names of one scope's imports or exports: valid, strongly unique, and of a type that the name promises.</summary>
/// <param name="what"><c>import</c> or <c>export</c>, for messages.</param>
internal sealed class NameRules(string what)
{
    private readonly Dictionary<string, ExternName> _canonicalNames = new(StringComparer.Ordinal);
    private readonly HashSet<string> _resourceLabels = new(StringComparer.Ordinal);
    private readonly Dictionary<ResourceType, string> _labelOfResource = new(ReferenceEqualityComparer.Instance);

    /// <summary>Reads a name.</summary>
    public static ExternName Parse(string text, string what, int offset)
    {
        if (!ExternName.TryParse(text, out var name))
        {
            Reject.Invalid($"{what} name `{text}` is not a valid extern name", offset);
        }
        return name;
    }

    /// <summary>Takes note of a resource that later names may be annotated with.</summary>
    public void RegisterResource(string label, ResourceType resource)
    {
        _resourceLabels.Add(label);
        _labelOfResource[resource] = label;
    }

    /// <summary>Checks a name against its item's type and all earlier names.</summary>
    public void Check(ExternName name, ExternType type, int offset)
    {
        CheckAnnotation(name, type, offset);
        var canonical = Canonical(name);
        if (!_canonicalNames.TryAdd(canonical, name))
        {
            Reject.Invalid($"{what} name `{name}` conflicts with previous name `{_canonicalNames[canonical]}`", offset);
        }
    }

    /// <summary>The form in which names must differ (Explainer.md, "Name Uniqueness"): case and hyphens do not count.</summary>
    private static string Canonical(ExternName name) => name.Kind switch
    {
        ExternNameKind.Method or ExternNameKind.Static => CanonicalMember(ExternName.Fold(name.Resource), ExternName.Fold(name.Label)),
        ExternNameKind.Interface => $"{ExternName.Fold(name.Interface!.Path)}@{name.Interface.Version}",
        _ => ExternName.Fold(name.Text),
    };

    private static string CanonicalMember(string resource, string label) => resource == label ? label : $"{resource}.{label}";

    private void CheckAnnotation(ExternName name, ExternType type, int offset)
    {
        if (!name.IsAnnotated)
        {
            return;
        }
        if (type.Function is not { } function)
        {
            Reject.Invalid($"{what} name `{name}` is not valid: item is not a func", offset);
            return;
        }
        var fault = name.Kind switch
        {
            ExternNameKind.Constructor => CheckConstructor(name, function),
            ExternNameKind.Method => CheckMethod(name, function),
            _ => _resourceLabels.Contains(name.Resource) ? null : "static resource name is not known in this context",
        };
        if (fault is not null)
        {
            Reject.Invalid($"{what} name `{name}` is not valid: {fault}", offset);
        }
    }

    private string? CheckConstructor(ExternName name, ComponentFunctionType function)
    {
        if (function.IsAsync)
        {
            return "constructor function cannot be async";
        }
        return function.Result switch
        {
            null => "function should return one value",
            OwnType own => CheckLabel(own.Type, name.Resource),
            ResultType { Ok: OwnType own } => CheckLabel(own.Type, name.Resource),
            _ => "function should return `(own $T)` or `(result (own $T))`",
        };
    }

    private string? CheckMethod(ExternName name, ComponentFunctionType function)
    {
        if (function.Parameters.Count == 0)
        {
            return "function should have at least one argument";
        }
        var self = function.Parameters[0];
        if (self.Name != "self")
        {
            return "function should have a first argument called `self`";
        }
        return self.Type is BorrowType borrow
            ? CheckLabel(borrow.Type, name.Resource)
            : "function should take a first argument of `(borrow $T)`";
    }

    private string? CheckLabel(ResourceType resource, string label)
    {
        if (!_labelOfResource.TryGetValue(resource, out var expected))
        {
            return "resource used in function does not have a name in this context";
        }
        return expected == label ? null : $"function does not match expected resource name `{expected}`";
    }
}
