using Mik.Components.Model;
using Mik.Components.Validation;
using Mik.Wasm.Decoding;

namespace Mik.Components.Decoding;

/// <summary>Reads the types of imports and exports (Binary.md, "externtype").</summary>
internal static class ExternTypes
{
    public static DeclaredType Read(ref WasmReader reader, Scope scope, string name)
    {
        var offset = reader.Position;
        var sort = SortReader.ReadSort(ref reader);
        switch (sort)
        {
            case Sort.CoreModule:
                return new(new(sort, CoreModuleAt(scope, reader.ReadU32(), offset)));
            case Sort.Function:
                return new(new(sort, scope.FunctionTypeAt(reader.ReadU32(), offset)));
            case Sort.Type:
                return ReadBound(ref reader, scope, name);
            case Sort.Component:
                return new(new(sort, TypeAt<ComponentType>(scope, reader.ReadU32(), "a component type", offset)));
            case Sort.Instance:
                return new(new(sort, TypeAt<InstanceType>(scope, reader.ReadU32(), "an instance type", offset)));
            default:
                Reject.Malformed($"malformed extern type: {sort} can be neither imported nor exported", offset);
                return default;
        }
    }

    private static DeclaredType ReadBound(ref WasmReader reader, Scope scope, string name)
    {
        var offset = reader.Position;
        switch (reader.ReadByte())
        {
            case 0x00:
                var bound = scope.Types.At(reader.ReadU32(), offset);
                return new(new(Sort.Type, Externs.WithNewName(bound)), Bound: bound);
            case 0x01:
                return new(new(Sort.Type, new ResourceType(scope.NewResource(name))), IsNewResource: true);
            default:
                Reject.Malformed("malformed type bound", offset);
                return default;
        }
    }

    private static CoreModuleType CoreModuleAt(Scope scope, uint index, int offset)
    {
        if (scope.CoreTypes.At(index, offset) is not CoreModuleType type)
        {
            Reject.Invalid($"core type index {index} is not a module type", offset);
            return null;
        }
        return type;
    }

    private static T TypeAt<T>(Scope scope, uint index, string what, int offset)
        where T : DefinedType
    {
        if (scope.Types.At(index, offset) is not T type)
        {
            Reject.Invalid($"type index {index} is not {what}", offset);
            return null;
        }
        return type;
    }
}
