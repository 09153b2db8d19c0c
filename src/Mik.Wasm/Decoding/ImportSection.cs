using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>The import section (core specification 5.5.5). Imports come first in every index space.</summary>
internal static class ImportSection
{
    public static void Decode(ref WasmReader reader, WasmModule module)
    {
        var imports = new WasmImport[reader.ReadCount("imports", ModuleLimits.Imports, elementBytes: 4, memoryBytes: 300)];
        var functions = new List<int>();
        var tables = new List<TableDefinition>();
        var memories = new List<MemoryType>();
        var globals = new List<GlobalType>();
        var tags = new List<int>();
        for (var i = 0; i < imports.Length; i++)
        {
            var moduleName = reader.ReadName();
            var name = reader.ReadName();
            var offset = reader.Position;
            ExternalType type;
            switch (reader.ReadByte())
            {
                case (byte)ExternalKind.Function:
                    functions.Add(FunctionSection.ReadTypeIndex(ref reader, module));
                    type = new() { Kind = ExternalKind.Function, Function = module.Types[functions[^1]], Definition = module.Definitions[functions[^1]] };
                    break;
                case (byte)ExternalKind.Table:
                    tables.Add(new(LimitsDecoder.ReadTableType(ref reader), Initializer: null));
                    type = new() { Kind = ExternalKind.Table, Table = tables[^1].Type };
                    break;
                case (byte)ExternalKind.Memory:
                    memories.Add(LimitsDecoder.ReadMemoryType(ref reader));
                    type = new() { Kind = ExternalKind.Memory, Memory = memories[^1] };
                    break;
                case (byte)ExternalKind.Global:
                    globals.Add(GlobalSection.ReadGlobalType(ref reader));
                    type = new() { Kind = ExternalKind.Global, Global = globals[^1] };
                    break;
                case (byte)ExternalKind.Tag:
                    tags.Add(TagSection.ReadTagType(ref reader, module));
                    type = new() { Kind = ExternalKind.Tag, Function = module.Types[tags[^1]], Definition = module.Definitions[tags[^1]] };
                    break;
                default:
                    Throw.Malformed("malformed import kind", offset);
                    return;
            }
            imports[i] = new WasmImport(moduleName, name, type);
        }
        module.Imports = imports;
        module.FunctionTypeIndices = [.. functions];
        module.ImportedFunctionCount = functions.Count;
        module.Tables = [.. tables];
        module.ImportedTableCount = tables.Count;
        module.Memories = [.. memories];
        module.ImportedMemoryCount = memories.Count;
        module.GlobalTypes = [.. globals];
        module.ImportedGlobalCount = globals.Count;
        module.TagTypeIndices = [.. tags];
        module.ImportedTagCount = tags.Count;
    }
}
