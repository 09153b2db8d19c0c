using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>The tag section (core specification 5.5.16): the types of the exceptions that a module makes.</summary>
internal static class TagSection
{
    /// <summary>Decodes the section.</summary>
    public static void Decode(ref WasmReader reader, WasmModule module)
    {
        var count = reader.ReadCount("tags", ModuleLimits.Tags - Math.Min(module.ImportedTagCount, ModuleLimits.Tags), elementBytes: 2, memoryBytes: 50);
        var tags = new int[module.ImportedTagCount + count];
        module.TagTypeIndices.CopyTo(tags, 0);
        for (var i = module.ImportedTagCount; i < tags.Length; i++)
        {
            tags[i] = ReadTagType(ref reader, module);
        }
        module.TagTypeIndices = tags;
    }

    /// <summary>Reads a tag's type: the index of a function type.</summary>
    public static int ReadTagType(ref WasmReader reader, WasmModule module)
    {
        var offset = reader.Position;
        reader.Require(WasmFeatures.Exceptions, "a tag", offset);
        if (reader.ReadByte() != 0)
        {
            Throw.Malformed("malformed tag attribute", offset);
        }
        var index = FunctionSection.ReadTypeIndex(ref reader, module);
        if (module.Types[index].Results.Length != 0)
        {
            Throw.Invalid("non-empty tag result type", offset);
        }
        return index;
    }
}
