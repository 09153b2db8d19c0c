using Mik.Components.Model;
using Mik.Components.Validation;
using Mik.Wasm.Decoding;

namespace Mik.Components.Decoding;

/// <summary>Reads section 5: component instances.</summary>
internal static class InstanceSection
{
    public static void Read(ref WasmReader reader, Scope scope)
    {
        var count = reader.ReadCount("instances", ComponentLimits.Items, memoryBytes: 500);
        for (var i = 0; i < count; i++)
        {
            var offset = reader.Position;
            scope.Budget.Offset = offset;
            switch (reader.ReadByte())
            {
                case 0x00:
                    ReadInstantiation(ref reader, scope, offset);
                    break;
                case 0x01:
                    ReadInline(ref reader, scope, offset);
                    break;
                default:
                    Reject.Malformed("malformed instance expression", offset);
                    break;
            }
        }
    }

    private static void ReadInstantiation(ref WasmReader reader, Scope scope, int offset)
    {
        var component = reader.ReadU32();
        var arguments = new NamedItem[reader.ReadCount("arguments", ComponentLimits.Arguments, 3, memoryBytes: 100)];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = new(reader.ReadName(), SortReader.ReadSort(ref reader), (int)reader.ReadU32());
        }
        scope.Instances.Add(Instantiations.InstantiateComponent(scope, component, arguments, offset), offset);
        scope.Definitions.Add(new ComponentInstantiation((int)component, arguments));
    }

    private static void ReadInline(ref WasmReader reader, Scope scope, int offset)
    {
        var exports = new (ExternName Name, NamedItem Item)[reader.ReadCount("exports", ComponentLimits.Arguments, 4, memoryBytes: 300)];
        for (var i = 0; i < exports.Length; i++)
        {
            var name = SortReader.ReadExternName(ref reader, "export", out var attributes);
            var sort = SortReader.ReadSort(ref reader);
            attributes.Check(name, sort, offset);
            exports[i] = (name, new(name.Text, sort, (int)reader.ReadU32()));
        }
        var type = ScopeResults.CheckSize(Instantiations.InlineInstance(scope, exports, offset), offset);
        scope.Instances.Add(type, offset);
        scope.Definitions.Add(new InlineInstance(Array.ConvertAll(exports, export => export.Item)));
    }
}
