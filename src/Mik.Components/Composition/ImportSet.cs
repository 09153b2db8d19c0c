using System.Diagnostics.CodeAnalysis;
using Mik.Components.Model;

namespace Mik.Components.Composition;

/// <summary>
/// What several components import, together: imports of one name, or of versions of one semver track, become one import under the
/// highest version, with everything that any of them asks for. It also knows which import gives a type its name.
/// </summary>
internal sealed class ImportSet
{
    private readonly Dictionary<string, MergedImport> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<DefinedType, TypeOwner> _types = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ResourceVariable, TypeOwner> _resources = [];

    /// <summary>The imports in the order in which they were asked for.</summary>
    public List<MergedImport> Imports { get; } = [];

    /// <summary>Adds one component's import.</summary>
    public void Add(CompositionPart part, ComponentExtern import)
    {
        var key = KeyOf(import.Name);
        if (!_byKey.TryGetValue(key, out var merged))
        {
            merged = new MergedImport(import, part);
            _byKey.Add(key, merged);
            Imports.Add(merged);
        }
        merged.Add(import, part);
        Register(merged, import.Type);
    }

    /// <summary>The import that stands for a component's own import of that name.</summary>
    public MergedImport Of(ExternName name) => _byKey[KeyOf(name)];

    /// <summary>Who gives a type its name; a resource may have several and then it is the first.</summary>
    public bool TryFindOwner(DefinedType type, [NotNullWhen(true)] out TypeOwner? owner) =>
        _types.TryGetValue(type, out owner)
        || (type is ResourceType resource && _resources.TryGetValue(resource.Variable, out owner));

    /// <summary>The first that gives a resource a name.</summary>
    public bool TryFindFirstOwner(ResourceType type, [NotNullWhen(true)] out TypeOwner? owner) => _resources.TryGetValue(type.Variable, out owner);

    /// <summary>
    /// The earlier import whose type of the same name is the same: an interface that uses a type of another one exports it again, and
    /// by then nothing else tells where it is from.
    /// </summary>
    public TypeOwner? FindUsed(MergedImport user, string name, ComponentValueType type)
    {
        foreach (var import in Imports)
        {
            if (ReferenceEquals(import, user))
            {
                break;
            }
            if (import.Exports.TryGetValue(name, out var candidate) && candidate.Sort == Sort.Type && type.Equals(candidate.Type))
            {
                return new TypeOwner(import, name);
            }
        }
        return null;
    }

    private static string KeyOf(ExternName name) => name.Interface?.Key ?? name.Text;

    private void Register(MergedImport merged, ExternType type)
    {
        if (type.Sort == Sort.Type)
        {
            Register(new TypeOwner(merged, null), type.Type);
        }
        else if (type.Instance is { } instance)
        {
            foreach (var export in instance.Exports)
            {
                if (export.Type.Sort == Sort.Type)
                {
                    Register(new TypeOwner(merged, export.Name.Text), export.Type.Type);
                }
            }
        }
    }

    private void Register(TypeOwner owner, DefinedType type)
    {
        if (type is PrimitiveType)
        {
            return;
        }
        _types.TryAdd(type, owner);
        if (type is ResourceType resource)
        {
            _resources.TryAdd(resource.Variable, owner);
        }
    }
}

/// <summary>Where a type has its name: an import that is a type, or an export of an import that is an instance.</summary>
internal sealed record TypeOwner(MergedImport Import, string? Export);
