namespace Mik.Wasm.Debugging.Dwarf;

/// <summary>Debug information is damaged, or more than anybody needs.</summary>
internal sealed class DwarfException(string message) : Exception(message);
