using Mik.Components.Model;
using Mik.Components.Validation;
using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using CoreTypeGroups = Mik.Wasm.Decoding.TypeSection;

namespace Mik.Components.Decoding;

/// <summary>Reads section 3, and core types in component and instance types.</summary>
internal static class CoreTypeSection
{
    private const byte ModuleForm = 0x50;

    // The form of a module type is that of a type with sub types (core specification 5.3.9), which has this before it.
    private const byte SubTypePrefix = 0x00;

    public static void Read(ref WasmReader reader, Scope scope)
    {
        var count = reader.ReadCount("core types", ComponentLimits.Items, 2, memoryBytes: 300);
        for (var i = 0; i < count; i++)
        {
            ReadType(ref reader, scope);
        }
    }

    public static void ReadType(ref WasmReader reader, Scope scope)
    {
        var offset = reader.Position;
        scope.Budget.Offset = offset;
        if (reader.PeekByte() == ModuleForm)
        {
            reader.ReadByte();
            Add(scope, ReadModuleType(ref reader, scope), offset);
            return;
        }
        foreach (var type in ReadGroup(ref reader, scope.CoreTypeSpace))
        {
            Add(scope, new CoreValueType(type), offset);
        }
    }

    private static void Add(Scope scope, DefinedType type, int offset)
    {
        scope.AddCoreType(type, offset);
        scope.Definitions.Add(new CoreTypeDefinition(type));
    }

    /// <summary>Reads a recursion group, or a type that is one alone, which may name the types of the space before it.</summary>
    private static WasmTypeDefinition[] ReadGroup(ref WasmReader reader, TypeSpace space)
    {
        var offset = reader.Position;
        if (reader.PeekByte() == SubTypePrefix)
        {
            reader.ReadByte();
            if (reader.PeekByte() != ModuleForm)
            {
                Reject.Malformed($"malformed core type 0x{SubTypePrefix:x2}", offset);
            }
        }
        var outer = reader.Types;
        reader.Types = space;
        try
        {
            return CoreTypeGroups.ReadGroup(ref reader, space);
        }
        finally
        {
            reader.Types = outer;
        }
    }

    /// <summary>A module type has a type index space of its own.</summary>
    private static CoreModuleType ReadModuleType(ref WasmReader reader, Scope scope)
    {
        var types = new TypeSpace();
        var outer = reader.Types;
        reader.Types = types;
        var imports = new List<WasmImport>();
        var importNames = new HashSet<(string Module, string Name)>();
        var exports = new Dictionary<string, ExternalType>(StringComparer.Ordinal);
        var count = reader.ReadCount("module type declarations", ComponentLimits.Declarations, 2, memoryBytes: 200);
        for (var i = 0; i < count; i++)
        {
            var offset = reader.Position;
            switch (reader.ReadByte())
            {
                case 0x00:
                    var import = new WasmImport(reader.ReadName(), reader.ReadName(), ReadExternalType(ref reader, types));
                    if (!importNames.Add((import.Module, import.Name)))
                    {
                        Reject.Invalid($"duplicate import name `{import.Module}:{import.Name}` already defined", offset);
                    }
                    imports.Add(import);
                    break;
                case 0x01:
                    ReadTypeDeclaration(ref reader, types, offset);
                    break;
                case 0x02:
                    types.Add([ReadTypeAlias(ref reader, scope, types, offset)]);
                    break;
                case 0x03:
                    var name = reader.ReadName();
                    if (!exports.TryAdd(name, ReadExternalType(ref reader, types)))
                    {
                        Reject.Invalid($"duplicate export name `{name}` already defined", offset);
                    }
                    break;
                default:
                    Reject.Malformed("malformed module type declaration", offset);
                    break;
            }
        }
        reader.Types = outer;
        return new(imports, exports);
    }

    private static void ReadTypeDeclaration(ref WasmReader reader, TypeSpace types, int offset)
    {
        types.Add(CoreTypeGroups.ReadGroup(ref reader, types));
        if (types.Types.Count > ComponentLimits.Items)
        {
            Reject.OverLimit($"more than the limit of {ComponentLimits.Items} types", offset);
        }
    }

    private static WasmTypeDefinition ReadTypeAlias(ref WasmReader reader, Scope scope, TypeSpace types, int offset)
    {
        if (reader.ReadByte() != 0x10 || reader.ReadByte() != 0x01)
        {
            Reject.Malformed("malformed alias in module type: only outer types can be aliased", offset);
        }
        var count = reader.ReadU32();
        var index = reader.ReadU32();
        if (count == 0)
        {
            return types.At(index, offset);
        }
        if (scope.Outer(count - 1, offset).CoreTypes.At(index, offset) is not CoreValueType type)
        {
            Reject.Invalid($"outer core type {index} is the type of a module", offset);
            return null;
        }
        return type.Type;
    }

    private static ExternalType ReadExternalType(ref WasmReader reader, TypeSpace types)
    {
        var offset = reader.Position;
        var kind = reader.ReadByte();
        switch (kind)
        {
            case 0x00:
                var function = FunctionAt(types, reader.ReadU32(), offset);
                return new() { Kind = ExternalKind.Function, Function = function.Function, Definition = function };
            case 0x01:
                return new() { Kind = ExternalKind.Table, Table = ModuleTypes.ReadTable(ref reader) };
            case 0x02:
                return new() { Kind = ExternalKind.Memory, Memory = ModuleTypes.ReadMemory(ref reader) };
            case 0x03:
                return new() { Kind = ExternalKind.Global, Global = ModuleTypes.ReadGlobal(ref reader) };
            case 0x04:
                if (reader.ReadByte() != 0)
                {
                    Reject.Malformed("malformed tag attribute", offset);
                }
                var tag = FunctionAt(types, reader.ReadU32(), offset);
                if (tag.Function!.Results.Length != 0)
                {
                    Reject.Invalid("non-empty tag result type", offset);
                }
                return new() { Kind = ExternalKind.Tag, Function = tag.Function, Definition = tag };
            default:
                Reject.Malformed($"malformed external kind 0x{kind:x2}", offset);
                return null;
        }
    }

    private static WasmTypeDefinition FunctionAt(TypeSpace types, uint index, int offset)
    {
        var type = types.At(index, offset);
        if (type.Function is null)
        {
            Reject.Invalid($"type {index} is not a function type", offset);
        }
        return type;
    }
}
