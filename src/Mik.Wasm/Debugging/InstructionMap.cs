using Mik.Wasm.Model;
using Mik.Wasm.Translation;

namespace Mik.Wasm.Debugging;

/// <summary>Where the CIL of a function's instructions begins. It is not kept with the code: translating the function again gives the same.</summary>
internal sealed class InstructionMap
{
    /// <summary>How many entries are kept of a module.</summary>
    public const int MostKept = 1 << 18;

    private readonly (int Il, int Position)[] _entries;

    private InstructionMap((int Il, int Position)[] entries) => _entries = entries;

    /// <summary>How many entries there are.</summary>
    public int Count => _entries.Length;

    /// <summary>Translates a function.</summary>
    /// <param name="module">The module.</param>
    /// <param name="function">The number of the defined function.</param>
    /// <param name="exceptions">Whether the code looks for exceptions.</param>
    public static InstructionMap Make(WasmModule module, int function, bool exceptions) =>
        new([.. ModuleTranslator.PositionsOf(module, function, exceptions)]);

    /// <summary>The offset in the module of the instruction whose CIL is at an offset; null before the first.</summary>
    public int? Find(int ilOffset)
    {
        var (low, high) = (0, _entries.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_entries[middle].Il <= ilOffset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low == 0 ? null : _entries[low - 1].Position;
    }
}
