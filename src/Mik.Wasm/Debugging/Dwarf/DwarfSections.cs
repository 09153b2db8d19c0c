using Mik.Wasm.Model;

namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>The sections of a module's debug information; one that is missing is empty.</summary>
internal readonly ref struct DwarfSections
{
    /// <summary>Cuts them out.</summary>
    public DwarfSections(WasmModule module)
    {
        var bytes = module.Bytes.Span;
        CodeLength = bytes.Length - module.CodeStart;
        Lines = Of(module, ".debug_line", bytes);
        Units = Of(module, ".debug_info", bytes);
        Abbreviations = Of(module, ".debug_abbrev", bytes);
        Strings = Of(module, ".debug_str", bytes);
        LineStrings = Of(module, ".debug_line_str", bytes);
        StringOffsets = Of(module, ".debug_str_offsets", bytes);
        Addresses = Of(module, ".debug_addr", bytes);
        Ranges = Of(module, ".debug_ranges", bytes);
        RangeLists = Of(module, ".debug_rnglists", bytes);
    }

    /// <summary>No address is beyond it.</summary>
    public int CodeLength { get; }

    public ReadOnlySpan<byte> Lines { get; }

    public ReadOnlySpan<byte> Units { get; }

    public ReadOnlySpan<byte> Abbreviations { get; }

    public ReadOnlySpan<byte> Strings { get; }

    public ReadOnlySpan<byte> LineStrings { get; }

    public ReadOnlySpan<byte> StringOffsets { get; }

    public ReadOnlySpan<byte> Addresses { get; }

    public ReadOnlySpan<byte> Ranges { get; }

    public ReadOnlySpan<byte> RangeLists { get; }

    private static ReadOnlySpan<byte> Of(WasmModule module, string name, ReadOnlySpan<byte> bytes) =>
        module.DebugSections.TryGetValue(name, out var place) ? bytes.Slice(place.Start, place.Length) : [];
}
