using Mik.Components.Model;
using Mik.Components.Validation;
using Mik.Wasm.Decoding;

namespace Mik.Components.Decoding;

/// <summary>Reads section 10, and imports in component types.</summary>
internal static class ComponentImportSection
{
    public static void Read(ref WasmReader reader, Scope scope)
    {
        var count = reader.ReadCount("imports", ComponentLimits.Items, 4, memoryBytes: 500);
        for (var i = 0; i < count; i++)
        {
            ReadImport(ref reader, scope);
        }
    }

    public static void ReadImport(ref WasmReader reader, Scope scope)
    {
        var offset = reader.Position;
        scope.Budget.Offset = offset;
        var name = SortReader.ReadExternName(ref reader, "import", out var attributes);
        var declared = ExternTypes.Read(ref reader, scope, name.Text);
        attributes.Check(name, declared.Type.Sort, offset);
        var type = Externs.AddImport(scope, name, declared, offset);
        scope.Definitions.Add(new ImportDefinition(name, type));
    }
}
