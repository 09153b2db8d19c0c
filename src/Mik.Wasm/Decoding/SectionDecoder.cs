using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>Section numbers of the binary format (core specification 5.5.2).</summary>
internal enum SectionId : byte
{
    Custom = 0,
    Type = 1,
    Import = 2,
    Function = 3,
    Table = 4,
    Memory = 5,
    Global = 6,
    Export = 7,
    Start = 8,
    Element = 9,
    Code = 10,
    Data = 11,
    DataCount = 12,
    Tag = 13,
}

/// <summary>Decodes one section after the other and checks what concerns several of them: order, sizes and counts.</summary>
internal sealed class SectionDecoder(WasmModule module)
{
    private const string DebugPrefix = ".debug_";
    private const int MostDebugSections = 32;

    private int _lastRank;
    private int _declaredFunctions;
    private int? _dataCount;

    /// <summary>Decodes the section at the reader's position.</summary>
    public void Decode(ref WasmReader reader)
    {
        var offset = reader.Position;
        var id = (SectionId)reader.ReadByte();
        if (id > SectionId.Tag)
        {
            Throw.Malformed("malformed section id", offset);
        }
        var section = reader.ReadRange(reader.ReadU32());
        if (id == SectionId.Custom)
        {
            DecodeCustom(ref section);
            return;
        }
        var rank = RankOf(id);
        if (rank <= _lastRank)
        {
            Throw.Malformed("unexpected content after last section: section out of order or repeated", offset);
        }
        _lastRank = rank;
        module.SectionOffsets[(int)id] = offset;
        DecodeContents(id, ref section, offset);
        if (!section.IsAtEnd)
        {
            Throw.Malformed("section size mismatch", section.Position);
        }
    }

    /// <summary>Checks what only the end of the module shows.</summary>
    public void Finish(int offset)
    {
        if (_declaredFunctions != module.Bodies.Length)
        {
            Throw.Malformed("function and code section have inconsistent lengths", offset);
        }
        module.UsesExceptions = module.TagTypeIndices.Length > 0;
        if (_dataCount is { } count && count != module.Data.Length)
        {
            Throw.Malformed("data count and data section have inconsistent lengths", offset);
        }
    }

    private static int RankOf(SectionId id) => id switch
    {
        SectionId.Tag => (2 * (int)SectionId.Memory) + 1,
        SectionId.DataCount => (2 * (int)SectionId.Element) + 1,
        _ => 2 * (int)id,
    };

    private void DecodeCustom(ref WasmReader section)
    {
        var name = section.ReadName();
        if (name == NameSection.Name)
        {
            NameSection.Decode(section, module);
        }
        else if (name.StartsWith(DebugPrefix, StringComparison.Ordinal) && module.DebugSections.Count < MostDebugSections)
        {
            module.DebugSections.TryAdd(name, (section.Position, section.Remaining));
        }
    }

    private void DecodeContents(SectionId id, ref WasmReader section, int offset)
    {
        switch (id)
        {
            case SectionId.Type:
                TypeSection.Decode(ref section, module);
                break;
            case SectionId.Import:
                ImportSection.Decode(ref section, module);
                break;
            case SectionId.Function:
                _declaredFunctions = FunctionSection.Decode(ref section, module);
                break;
            case SectionId.Table:
                TableSection.Decode(ref section, module);
                break;
            case SectionId.Memory:
                MemorySection.Decode(ref section, module);
                break;
            case SectionId.Global:
                GlobalSection.Decode(ref section, module);
                break;
            case SectionId.Export:
                ExportSection.Decode(ref section, module);
                break;
            case SectionId.Start:
                module.StartFunction = (int)section.ReadU32();
                break;
            case SectionId.Element:
                ElementSection.Decode(ref section, module);
                break;
            case SectionId.DataCount:
                _dataCount = (int)section.ReadU32();
                module.HasDataCount = true;
                break;
            case SectionId.Code:
                module.CodeStart = section.Position;
                CodeSection.Decode(ref section, module, _declaredFunctions);
                break;
            case SectionId.Data:
                DataSection.Decode(ref section, module);
                break;
            default:
                section.Require(WasmFeatures.Exceptions, "the tag section", offset);
                TagSection.Decode(ref section, module);
                break;
        }
    }
}
