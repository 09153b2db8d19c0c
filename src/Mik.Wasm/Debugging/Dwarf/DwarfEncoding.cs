namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>What a unit's header says of how it is written.</summary>
/// <param name="Version">The version of DWARF.</param>
/// <param name="AddressSize">Bytes of an address.</param>
/// <param name="OffsetSize">Bytes of an offset: 4 or 8.</param>
internal readonly record struct DwarfEncoding(int Version, int AddressSize, int OffsetSize)
{
    /// <summary>Bytes of a value; 0 for those in LEB128.</summary>
    public int SizeOf(DwarfForm form) => form switch
    {
        DwarfForm.Address => AddressSize,
        DwarfForm.Data1 or DwarfForm.Flag or DwarfForm.Reference1 or DwarfForm.StringIndex1 or DwarfForm.AddressIndex1 => 1,
        DwarfForm.Data2 or DwarfForm.Reference2 or DwarfForm.StringIndex2 or DwarfForm.AddressIndex2 => 2,
        DwarfForm.StringIndex3 or DwarfForm.AddressIndex3 => 3,
        DwarfForm.Data4 or DwarfForm.Reference4 or DwarfForm.ReferenceSupplementary4 or DwarfForm.StringIndex4 or DwarfForm.AddressIndex4 => 4,
        DwarfForm.Data8 or DwarfForm.Reference8 or DwarfForm.ReferenceSignature or DwarfForm.ReferenceSupplementary8 => 8,
        DwarfForm.StringOffset or DwarfForm.LineString or DwarfForm.SectionOffset or DwarfForm.ReferenceToSection
            or DwarfForm.StringSupplementary => OffsetSize,
        DwarfForm.UnsignedData or DwarfForm.ReferenceUnsigned or DwarfForm.StringIndex or DwarfForm.AddressIndex
            or DwarfForm.LocationListIndex or DwarfForm.RangeListIndex => 0,
        _ => throw new DwarfException("a form is unknown"),
    };
}
