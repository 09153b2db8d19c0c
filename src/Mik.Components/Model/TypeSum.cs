namespace Mik.Components.Model;

/// <summary>Adds up the facts of a type's parts.</summary>
internal struct TypeSum(ComponentTypeKind kind)
{
    private int _hash = (int)kind;
    private int _nodes = 1;
    private int _depth;
    private TypeContents _contains = kind is ComponentTypeKind.Record or ComponentTypeKind.Variant or ComponentTypeKind.Enum
        ? TypeContents.Named
        : TypeContents.None;
    private ExtentSum _sum32 = new();
    private ExtentSum _sum64 = new();

    public void AddHash(int hash) => _hash = HashCode.Combine(_hash, hash);

    public void Add(string name, ComponentValueType? part)
    {
        _hash = HashCode.Combine(_hash, name, part?.Facts.Hash);
        if (part is null)
        {
            return;
        }
        _nodes = (int)Math.Min(int.MaxValue, (long)_nodes + part.Facts.Nodes);
        _depth = Math.Max(_depth, part.Facts.Depth);
        _contains |= part.Facts.Contains;
        _sum32.Add(part.Facts.Extent32);
        _sum64.Add(part.Facts.Extent64);
    }

    /// <summary>The parts stand behind each other.</summary>
    public readonly TypeFacts Record() => Facts(_contains, _sum32.Sequence, _sum64.Sequence);

    /// <summary>The parts stand above each other, behind a discriminant.</summary>
    public readonly TypeFacts Variant(int caseCount) => Facts(_contains, _sum32.Union(caseCount), _sum64.Union(caseCount));

    /// <summary>The part is repeated.</summary>
    public readonly TypeFacts List(uint? length)
    {
        var facts = length is { } count
            ? Facts(_contains, _sum32.Sequence.Times(count), _sum64.Sequence.Times(count), HashCode.Combine(_hash, count))
            : Facts(_contains | TypeContents.Pointer, Layout.Memory32.OfLeaf(ComponentTypeKind.List), Layout.Memory64.OfLeaf(ComponentTypeKind.List));
        return facts;
    }

    private readonly TypeFacts Facts(TypeContents contains, Extent extent32, Extent extent64, int? hash = null) => new()
    {
        Hash = hash ?? _hash,
        Nodes = _nodes,
        Depth = _depth + 1,
        Contains = contains,
        Extent32 = extent32,
        Extent64 = extent64,
    };
}
