using Mik.Components.Model;
using Mik.Components.Validation;
using Mik.Wasm.Decoding;

namespace Mik.Components.Decoding;

/// <summary>Reads section 2: core instances.</summary>
internal static class CoreInstanceSection
{
    public static void Read(ref WasmReader reader, Scope scope)
    {
        var count = reader.ReadCount("core instances", ComponentLimits.Items, memoryBytes: 300);
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
                    Reject.Malformed("malformed core instance expression", offset);
                    break;
            }
        }
    }

    private static void ReadInstantiation(ref WasmReader reader, Scope scope, int offset)
    {
        var module = reader.ReadU32();
        var arguments = new CoreArgument[reader.ReadCount("arguments", ComponentLimits.Arguments, 3, memoryBytes: 100)];
        for (var i = 0; i < arguments.Length; i++)
        {
            var name = reader.ReadName();
            var sortOffset = reader.Position;
            if (reader.ReadByte() != 0x12)
            {
                Reject.Malformed("malformed core instantiation argument: only instances can be given", sortOffset);
            }
            arguments[i] = new(name, (int)reader.ReadU32());
        }
        scope.CoreInstances.Add(Instantiations.InstantiateModule(scope, module, arguments, offset), offset);
        scope.Definitions.Add(new CoreInstantiation((int)module, arguments));
    }

    private static void ReadInline(ref WasmReader reader, Scope scope, int offset)
    {
        var exports = new NamedItem[reader.ReadCount("exports", ComponentLimits.Arguments, 3, memoryBytes: 150)];
        for (var i = 0; i < exports.Length; i++)
        {
            exports[i] = new(reader.ReadName(), SortReader.ReadCoreSort(ref reader), (int)reader.ReadU32());
        }
        scope.CoreInstances.Add(Instantiations.InlineCoreInstance(scope, exports, offset), offset);
        scope.Definitions.Add(new CoreInlineInstance(exports));
    }
}
