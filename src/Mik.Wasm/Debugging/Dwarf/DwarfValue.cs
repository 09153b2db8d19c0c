namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>A value as it stands in the section: a number, an offset or an index; its form says what of.</summary>
/// <param name="Form">How it was encoded.</param>
/// <param name="Number">The number; for text in place, the offset of its first byte.</param>
internal readonly record struct DwarfValue(DwarfForm Form, ulong Number)
{
    /// <summary>Whether it is there at all.</summary>
    public bool Exists => Form != DwarfForm.None;

    /// <summary>Reads a value.</summary>
    /// <param name="cursor">Where it is.</param>
    /// <param name="form">Its form.</param>
    /// <param name="implicitConstant">The value that the abbreviation has.</param>
    /// <param name="encoding">Sizes of the unit.</param>
    public static DwarfValue Read(ref DwarfCursor cursor, DwarfForm form, long implicitConstant, DwarfEncoding encoding)
    {
        if (form == DwarfForm.Indirect)
        {
            form = (DwarfForm)cursor.ReadUnsigned();
            if (form is DwarfForm.Indirect or DwarfForm.ImplicitConstant)
            {
                throw new DwarfException("a form leads to another one");
            }
        }
        var start = (ulong)cursor.Position;
        switch (form)
        {
            case DwarfForm.ImplicitConstant:
                return new DwarfValue(form, (ulong)implicitConstant);
            case DwarfForm.FlagPresent:
                return new DwarfValue(form, 1);
            case DwarfForm.String:
                cursor.SkipText();
                return new DwarfValue(form, start);
            case DwarfForm.SignedData:
                return new DwarfValue(form, (ulong)cursor.ReadSigned());
            case DwarfForm.Data16:
                cursor.Skip(16);
                return new DwarfValue(form, start);
            default:
                return ReadSized(ref cursor, form, encoding);
        }
    }

    private static DwarfValue ReadSized(ref DwarfCursor cursor, DwarfForm form, DwarfEncoding encoding)
    {
        var lengthBytes = form switch
        {
            DwarfForm.Block1 => 1,
            DwarfForm.Block2 => 2,
            DwarfForm.Block4 => 4,
            _ => 0,
        };
        if (lengthBytes > 0 || form is DwarfForm.Block or DwarfForm.Expression)
        {
            var length = lengthBytes > 0 ? cursor.ReadFixed(lengthBytes) : cursor.ReadUnsigned();
            cursor.Skip(length);
            return new DwarfValue(form, 0);
        }
        var size = encoding.SizeOf(form);
        return new DwarfValue(form, size == 0 ? cursor.ReadUnsigned() : cursor.ReadFixed(size));
    }
}
