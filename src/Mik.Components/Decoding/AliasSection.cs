using Mik.Components.Model;
using Mik.Components.Validation;
using Mik.Wasm.Decoding;

namespace Mik.Components.Decoding;

/// <summary>Reads section 6, and aliases in component and instance types.</summary>
internal static class AliasSection
{
    public static void Read(ref WasmReader reader, Scope scope)
    {
        var count = reader.ReadCount("aliases", ComponentLimits.Items, 4, memoryBytes: 150);
        for (var i = 0; i < count; i++)
        {
            ReadAlias(ref reader, scope);
        }
    }

    public static void ReadAlias(ref WasmReader reader, Scope scope)
    {
        var offset = reader.Position;
        scope.Budget.Offset = offset;
        var sort = SortReader.ReadSort(ref reader);
        var target = reader.ReadByte();
        switch (target)
        {
            case 0x00:
                ReadExport(ref reader, scope, sort, offset);
                break;
            case 0x01:
                ReadCoreExport(ref reader, scope, sort, offset);
                break;
            case 0x02:
                ReadOuter(ref reader, scope, sort, offset);
                break;
            default:
                Reject.Malformed($"malformed alias target 0x{target:x2}", offset);
                break;
        }
    }

    private static void ReadExport(ref WasmReader reader, Scope scope, Sort sort, int offset)
    {
        var instance = reader.ReadU32();
        var name = reader.ReadName();
        if (scope.Kind != ScopeKind.Component && sort is not (Sort.Instance or Sort.Type))
        {
            Reject.Malformed("only instances and types can be export-aliased in a component or instance type", offset);
        }
        Aliases.Export(scope, sort, instance, name, offset);
        scope.Definitions.Add(new ExportAlias(sort, (int)instance, name));
    }

    private static void ReadCoreExport(ref WasmReader reader, Scope scope, Sort sort, int offset)
    {
        var instance = reader.ReadU32();
        var name = reader.ReadName();
        if (scope.Kind != ScopeKind.Component)
        {
            Reject.Malformed("core exports cannot be aliased in a component or instance type", offset);
        }
        Aliases.CoreExport(scope, sort, instance, name, offset);
        scope.Definitions.Add(new CoreExportAlias(sort, (int)instance, name));
    }

    private static void ReadOuter(ref WasmReader reader, Scope scope, Sort sort, int offset)
    {
        var count = reader.ReadU32();
        var index = reader.ReadU32();
        if (scope.Kind != ScopeKind.Component && sort is not (Sort.CoreType or Sort.Type))
        {
            Reject.Malformed("only types can be outer-aliased in a component or instance type", offset);
        }
        Aliases.Outer(scope, sort, count, index, offset);
        scope.Definitions.Add(new OuterAlias(sort, (int)count, (int)index));
    }
}
