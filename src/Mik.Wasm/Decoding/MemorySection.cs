using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>The memory section (core specification 5.5.8).</summary>
internal static class MemorySection
{
    public static void Decode(ref WasmReader reader, WasmModule module)
    {
        var count = reader.ReadCount("memories", ModuleLimits.Memories, elementBytes: 2);
        var memories = new MemoryType[module.Memories.Length + count];
        module.Memories.CopyTo(memories, 0);
        for (var i = module.Memories.Length; i < memories.Length; i++)
        {
            memories[i] = LimitsDecoder.ReadMemoryType(ref reader);
        }
        module.Memories = memories;
    }
}
