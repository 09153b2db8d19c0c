using Mik.Components.Model;

namespace Mik.Components.Composition;

/// <summary>An import of a composed component, for one or more of its parts.</summary>
internal sealed class MergedImport
{
    private readonly List<string> _wantedBy = [];

    public MergedImport(ComponentExtern first, CompositionPart part)
    {
        Name = first.Name;
        Type = first.Type;
        Part = part;
    }

    /// <summary>The name with the highest version that was asked for.</summary>
    public ExternName Name { get; private set; }

    /// <summary>The type of the first import that was merged.</summary>
    public ExternType Type { get; }

    /// <summary>The first part that imports it.</summary>
    public CompositionPart Part { get; }

    /// <summary>Names and types of an instance's exports, from all that were merged, in order.</summary>
    public OrderedDictionary<string, ExternType> Exports { get; } = new(StringComparer.Ordinal);

    /// <summary>The names of the parts that import it, for messages.</summary>
    public IReadOnlyList<string> WantedBy => _wantedBy;

    public void Add(ComponentExtern import, CompositionPart part)
    {
        _wantedBy.Add(part.Name);
        if (import.Type.Sort != Type.Sort)
        {
            throw new CompositionException($"'{Part.Name}' and '{part.Name}' import different things as {import.Name}");
        }
        if (IsHigher(import.Name.Interface?.Version, Name.Interface?.Version))
        {
            Name = import.Name;
        }
        foreach (var export in import.Type.Instance?.Exports ?? [])
        {
            Exports.TryAdd(export.Name.Text, export.Type);
        }
    }

    private static bool IsHigher(string? candidate, string? current) =>
        candidate is not null && current is not null
        && SemanticVersion.TryParse(candidate, out var left) && SemanticVersion.TryParse(current, out var right)
        && (left!.Major, left.Minor, left.Patch).CompareTo((right!.Major, right.Minor, right.Patch)) > 0;
}
