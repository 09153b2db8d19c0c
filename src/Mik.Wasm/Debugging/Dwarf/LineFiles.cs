namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>The lists of folders and files of a line program.</summary>
/// <param name="encoding">How they are written.</param>
/// <param name="start">Offset of the first list.</param>
internal readonly struct LineFiles(DwarfEncoding encoding, int start)
{
    private const ulong PathContent = 1;
    private const ulong FolderContent = 2;

    /// <summary>The path of a file; null when there is none of that number.</summary>
    /// <param name="sections">The sections.</param>
    /// <param name="file">Its number, as rows have it.</param>
    /// <param name="folder">The folder of the compilation, which relative paths count from; may be null.</param>
    /// <param name="work">Counts what is read.</param>
    public string? PathOf(in DwarfSections sections, ulong file, string? folder, DwarfWork work) => encoding.Version >= 5
        ? PathOf5(sections, file, folder, work)
        : PathOf4(sections, file, folder, work);

    private string? PathOf4(in DwarfSections sections, ulong file, string? folder, DwarfWork work)
    {
        var cursor = new DwarfCursor(sections.Lines, start);
        var folders = cursor;
        while (cursor.SkipText())
        {
            work.Add();
        }
        for (var number = 1UL; ; number++)
        {
            work.Add();
            var name = cursor;
            if (!cursor.SkipText())
            {
                return null;
            }
            var folderNumber = cursor.ReadUnsigned();
            cursor.ReadUnsigned();
            cursor.ReadUnsigned();
            if (number == file)
            {
                return Join(folder, Folder4(folders, folderNumber), name.ReadText());
            }
        }
    }

    private static string? Folder4(DwarfCursor folders, ulong number)
    {
        for (; number > 1; number--)
        {
            if (!folders.SkipText())
            {
                return null;
            }
        }
        return number == 0 ? null : folders.ReadText();
    }

    private string? PathOf5(in DwarfSections sections, ulong file, string? folder, DwarfWork work)
    {
        var cursor = new DwarfCursor(sections.Lines, start);
        var folders = cursor;
        Find(sections, ref cursor, ulong.MaxValue, work);
        return Find(sections, ref cursor, file, work) is not var (name, folderNumber)
            ? null : Join(folder, Find(sections, ref folders, folderNumber, work)?.Name, name);
    }

    /// <summary>Reads a list up to an entry, or all of it when that is beyond its end.</summary>
    private (string Name, ulong Folder)? Find(in DwarfSections sections, ref DwarfCursor cursor, ulong wanted, DwarfWork work)
    {
        var formats = new (ulong Content, DwarfForm Form)[cursor.ReadByte()];
        for (var i = 0; i < formats.Length; i++)
        {
            formats[i] = (cursor.ReadUnsigned(), (DwarfForm)cursor.ReadUnsigned());
        }
        var count = cursor.ReadUnsigned();
        for (var number = 0UL; number < count; number++)
        {
            var (name, folder) = (default(DwarfValue), 0UL);
            work.Add(formats.Length + 1);
            foreach (var (content, form) in formats)
            {
                var value = DwarfValue.Read(ref cursor, form, 0, encoding);
                (name, folder) = content switch
                {
                    PathContent => (value, folder),
                    FolderContent => (name, value.Number),
                    _ => (name, folder),
                };
            }
            if (number == wanted)
            {
                return TextOf(sections, name) is { } text ? (text, folder) : null;
            }
        }
        return null;
    }

    private static string? TextOf(in DwarfSections sections, DwarfValue value) => value.Form switch
    {
        DwarfForm.String => new DwarfCursor(sections.Lines, (long)value.Number).ReadText(),
        DwarfForm.LineString => new DwarfCursor(sections.LineStrings, (long)value.Number).ReadText(),
        DwarfForm.StringOffset => new DwarfCursor(sections.Strings, (long)value.Number).ReadText(),
        _ => null,
    };

    private static string Join(string? compilation, string? folder, string name) => Under(compilation, Under(folder, name));

    // Paths are those of the machine that built the guest.
    private static string Under(string? folder, string name) =>
        string.IsNullOrEmpty(folder) || name.StartsWith('/') || name.StartsWith('\\') || (name.Length > 1 && name[1] == ':')
            ? name : $"{folder.TrimEnd('/', '\\')}/{name}";
}
