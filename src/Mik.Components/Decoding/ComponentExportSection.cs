using Mik.Components.Model;
using Mik.Components.Validation;
using Mik.Wasm.Decoding;

namespace Mik.Components.Decoding;

/// <summary>Reads section 11, and exports in component and instance types.</summary>
internal static class ComponentExportSection
{
    public static void Read(ref WasmReader reader, Scope scope)
    {
        var count = reader.ReadCount("exports", ComponentLimits.Items, 5, memoryBytes: 500);
        for (var i = 0; i < count; i++)
        {
            ReadExport(ref reader, scope);
        }
    }

    /// <summary>Reads an export declaration, which has a type and no item.</summary>
    public static void ReadDeclaration(ref WasmReader reader, Scope scope)
    {
        var offset = reader.Position;
        scope.Budget.Offset = offset;
        var name = SortReader.ReadExternName(ref reader, "export", out var attributes);
        var declared = ExternTypes.Read(ref reader, scope, name.Text);
        attributes.Check(name, declared.Type.Sort, offset);
        Externs.AddExport(scope, name, declared, offset);
    }

    private static void ReadExport(ref WasmReader reader, Scope scope)
    {
        var offset = reader.Position;
        scope.Budget.Offset = offset;
        var name = SortReader.ReadExternName(ref reader, "export", out var attributes);
        var sort = SortReader.ReadSort(ref reader);
        var index = reader.ReadU32();
        var ascriptionOffset = reader.Position;
        DeclaredType? ascribed = null;
        switch (reader.ReadByte())
        {
            case 0x00:
                break;
            case 0x01:
                ascribed = ExternTypes.Read(ref reader, scope, name.Text);
                break;
            default:
                Reject.Malformed("malformed export: optional type", ascriptionOffset);
                break;
        }
        attributes.Check(name, sort, offset);
        var actual = scope.TypeOf(sort, index, offset);
        var type = Externs.AddExport(scope, name, actual, ascribed, offset);
        scope.Definitions.Add(new ExportDefinition(name, sort, (int)index, type));
    }
}
