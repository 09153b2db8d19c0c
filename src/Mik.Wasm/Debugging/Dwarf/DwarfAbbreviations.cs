namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>The shapes of a unit's entries: tag, children, and which attributes in which form (DWARF 5, 7.5.3).</summary>
internal sealed class DwarfAbbreviations
{
    private readonly Dictionary<ulong, DwarfShape> _shapes = [];

    /// <summary>Reads the table at an offset of its section.</summary>
    public DwarfAbbreviations(ReadOnlySpan<byte> section, ulong offset, DwarfWork work)
    {
        var cursor = new DwarfCursor(section, (long)Math.Min(offset, long.MaxValue));
        while (!cursor.IsAtEnd && cursor.ReadUnsigned() is > 0 and var code)
        {
            var tag = (DwarfTag)cursor.ReadUnsigned();
            var hasChildren = cursor.ReadByte() != 0;
            var attributes = new List<DwarfAttribute>();
            while (ReadAttribute(ref cursor) is { } attribute)
            {
                attributes.Add(attribute);
                Size++;
            }
            work.Add(attributes.Count + 1);
            _shapes.TryAdd(code, new DwarfShape(tag, hasChildren, [.. attributes]));
        }
    }

    /// <summary>How many attributes it has.</summary>
    public int Size { get; private set; }

    /// <summary>The shape with a number.</summary>
    public DwarfShape this[ulong code] => _shapes.TryGetValue(code, out var shape) ? shape : throw new DwarfException("an entry has no shape");

    private static DwarfAttribute? ReadAttribute(ref DwarfCursor cursor)
    {
        var name = (DwarfAttributeName)cursor.ReadUnsigned();
        var form = (DwarfForm)cursor.ReadUnsigned();
        var constant = form == DwarfForm.ImplicitConstant ? cursor.ReadSigned() : 0;
        return name == DwarfAttributeName.None && form == DwarfForm.None ? null : new DwarfAttribute(name, form, constant);
    }
}

/// <summary>The shape of an entry.</summary>
/// <param name="Tag">What it is.</param>
/// <param name="HasChildren">Whether entries below it follow.</param>
/// <param name="Attributes">Its attributes in order.</param>
internal sealed record DwarfShape(DwarfTag Tag, bool HasChildren, DwarfAttribute[] Attributes);

/// <summary>An attribute of a shape.</summary>
/// <param name="Name">Which one.</param>
/// <param name="Form">How its value is encoded.</param>
/// <param name="Constant">Its value, when the shape has it.</param>
internal readonly record struct DwarfAttribute(DwarfAttributeName Name, DwarfForm Form, long Constant);

/// <summary>The tags that are looked at (DWARF 5, 7.5.3).</summary>
internal enum DwarfTag
{
    CompileUnit = 0x11,
    InlinedSubroutine = 0x1D,
    Subprogram = 0x2E,
}

/// <summary>The attributes that are looked at (DWARF 5, 7.5.4).</summary>
internal enum DwarfAttributeName
{
    None = 0x00,
    Name = 0x03,
    StatementList = 0x10,
    LowPc = 0x11,
    HighPc = 0x12,
    CompilationFolder = 0x1B,
    AbstractOrigin = 0x31,
    Specification = 0x47,
    Ranges = 0x55,
    CallColumn = 0x57,
    CallFile = 0x58,
    CallLine = 0x59,
    LinkageName = 0x6E,
    StringOffsetsBase = 0x72,
    AddressBase = 0x73,
    RangeListsBase = 0x74,
}
