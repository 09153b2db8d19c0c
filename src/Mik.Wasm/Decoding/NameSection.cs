using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>
/// The name section (core specification, appendix "custom sections"): function names, for stack traces. Nothing depends on
/// it, so a malformed one is ignored as a whole.
/// </summary>
internal static class NameSection
{
    public const string Name = "name";

    private const byte FunctionNames = 1;

    public static void Decode(WasmReader reader, WasmModule module)
    {
        try
        {
            while (!reader.IsAtEnd)
            {
                var id = reader.ReadByte();
                var subsection = reader.ReadRange(reader.ReadU32());
                if (id == FunctionNames)
                {
                    module.FunctionNames = ReadNameMap(subsection);
                }
            }
        }
        catch (InvalidModuleException exception) when (!exception.IsOverLimit)
        {
            module.FunctionNames = new Dictionary<int, string>();
        }
    }

    private static Dictionary<int, string> ReadNameMap(WasmReader reader)
    {
        var count = reader.ReadCount("function names", ModuleLimits.Functions, elementBytes: 2, memoryBytes: 100);
        var names = new Dictionary<int, string>(count);
        for (var i = 0; i < count; i++)
        {
            names[(int)reader.ReadU32()] = reader.ReadName();
        }
        return names;
    }
}
