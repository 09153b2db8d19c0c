using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>The import section (core specification 5.5.5). Imports come first in every index space.</summary>
internal static class ImportSection
{
    private const int MemoryBytes = 300;

    // After an empty name these begin a group: of names with a type each, or of names that share one type (compact-import-section proposal).
    private const byte GroupEncoding = 0x7F;
    private const byte GroupOfOneTypeEncoding = 0x7E;

    public static void Decode(ref WasmReader reader, WasmModule module)
    {
        var count = reader.ReadCount("imports", ModuleLimits.Imports, elementBytes: 4, memoryBytes: MemoryBytes);
        var imports = new ImportLists(count);
        for (var i = 0; i < count; i++)
        {
            var moduleName = reader.ReadName();
            var name = reader.ReadName();
            if (name.Length == 0 && !reader.IsAtEnd && reader.PeekByte() is GroupEncoding or GroupOfOneTypeEncoding)
            {
                ReadGroup(ref reader, module, moduleName, imports);
            }
            else
            {
                var (type, index) = ReadType(ref reader, module);
                imports.Add(moduleName, name, type, index);
            }
        }
        imports.MoveTo(module);
    }

    private static void ReadGroup(ref WasmReader reader, WasmModule module, string moduleName, ImportLists imports)
    {
        var isOfOneType = reader.ReadByte() == GroupOfOneTypeEncoding;
        var (type, index) = isOfOneType ? ReadType(ref reader, module) : default;
        var offset = reader.Position;
        var count = reader.ReadCount("imports of a group", ModuleLimits.Imports, elementBytes: isOfOneType ? 1 : 3, memoryBytes: MemoryBytes);
        if (imports.Count + count > ModuleLimits.Imports)
        {
            Throw.OverLimit($"more than the limit of {ModuleLimits.Imports} imports", offset);
        }
        for (var i = 0; i < count; i++)
        {
            var name = reader.ReadName();
            if (!isOfOneType)
            {
                (type, index) = ReadType(ref reader, module);
            }
            imports.Add(moduleName, name, type!, index);
        }
    }

    /// <summary>Reads the type of an import; of functions and tags the index of their type too.</summary>
    private static (ExternalType Type, int Index) ReadType(ref WasmReader reader, WasmModule module)
    {
        var offset = reader.Position;
        switch (reader.ReadByte())
        {
            case (byte)ExternalKind.Function:
                var function = FunctionSection.ReadTypeIndex(ref reader, module);
                return (new() { Kind = ExternalKind.Function, Function = module.Types[function], Definition = module.Definitions[function] }, function);
            case (byte)ExternalKind.Table:
                return (new() { Kind = ExternalKind.Table, Table = LimitsDecoder.ReadTableType(ref reader) }, 0);
            case (byte)ExternalKind.Memory:
                return (new() { Kind = ExternalKind.Memory, Memory = LimitsDecoder.ReadMemoryType(ref reader) }, 0);
            case (byte)ExternalKind.Global:
                return (new() { Kind = ExternalKind.Global, Global = GlobalSection.ReadGlobalType(ref reader) }, 0);
            case (byte)ExternalKind.Tag:
                var tag = TagSection.ReadTagType(ref reader, module);
                return (new() { Kind = ExternalKind.Tag, Function = module.Types[tag], Definition = module.Definitions[tag] }, tag);
            default:
                Throw.Malformed("malformed import kind", offset);
                return default;
        }
    }
}
