namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>An entry of a unit with the attributes that are looked at; those that it lacks do not exist.</summary>
internal struct DwarfEntry
{
    /// <summary>What it is.</summary>
    public DwarfTag Tag { get; private set; }

    /// <summary>Whether entries below it follow.</summary>
    public bool HasChildren { get; private set; }

    public DwarfValue Name { get; private set; }

    public DwarfValue LinkageName { get; private set; }

    public DwarfValue LowPc { get; private set; }

    public DwarfValue HighPc { get; private set; }

    public DwarfValue Ranges { get; private set; }

    /// <summary>The entry that has what this one lacks: of a function that was inlined, or declared elsewhere.</summary>
    public DwarfValue Origin { get; private set; }

    public DwarfValue CallFile { get; private set; }

    public DwarfValue CallLine { get; private set; }

    public DwarfValue CallColumn { get; private set; }

    public DwarfValue StatementList { get; private set; }

    public DwarfValue CompilationFolder { get; private set; }

    public DwarfValue StringOffsetsBase { get; private set; }

    public DwarfValue AddressBase { get; private set; }

    public DwarfValue RangeListsBase { get; private set; }

    /// <summary>Reads the entry at the cursor; false where a list of children ends.</summary>
    public static bool Read(ref DwarfCursor cursor, DwarfAbbreviations abbreviations, DwarfEncoding encoding, out DwarfEntry entry)
    {
        entry = default;
        var code = cursor.ReadUnsigned();
        if (code == 0)
        {
            return false;
        }
        var shape = abbreviations[code];
        entry.Tag = shape.Tag;
        entry.HasChildren = shape.HasChildren;
        foreach (var attribute in shape.Attributes)
        {
            entry.Set(attribute.Name, DwarfValue.Read(ref cursor, attribute.Form, attribute.Constant, encoding));
        }
        return true;
    }

    private void Set(DwarfAttributeName name, DwarfValue value)
    {
        switch (name)
        {
            case DwarfAttributeName.Name:
                Name = value;
                break;
            case DwarfAttributeName.LinkageName:
                LinkageName = value;
                break;
            case DwarfAttributeName.LowPc:
                LowPc = value;
                break;
            case DwarfAttributeName.HighPc:
                HighPc = value;
                break;
            case DwarfAttributeName.Ranges:
                Ranges = value;
                break;
            case DwarfAttributeName.AbstractOrigin or DwarfAttributeName.Specification:
                Origin = value;
                break;
            case DwarfAttributeName.CallFile:
                CallFile = value;
                break;
            case DwarfAttributeName.CallLine:
                CallLine = value;
                break;
            case DwarfAttributeName.CallColumn:
                CallColumn = value;
                break;
            default:
                SetOfUnit(name, value);
                break;
        }
    }

    private void SetOfUnit(DwarfAttributeName name, DwarfValue value)
    {
        switch (name)
        {
            case DwarfAttributeName.StatementList:
                StatementList = value;
                break;
            case DwarfAttributeName.CompilationFolder:
                CompilationFolder = value;
                break;
            case DwarfAttributeName.StringOffsetsBase:
                StringOffsetsBase = value;
                break;
            case DwarfAttributeName.AddressBase:
                AddressBase = value;
                break;
            case DwarfAttributeName.RangeListsBase:
                RangeListsBase = value;
                break;
        }
    }
}
