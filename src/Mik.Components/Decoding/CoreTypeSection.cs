using Mik.Components.Model;
using Mik.Components.Validation;
using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using Throw = Mik.Components.Validation.Throw;

namespace Mik.Components.Decoding;

/// <summary>Reads section 3, and core types in component and instance types.</summary>
internal static class CoreTypeSection
{
    private const byte FunctionForm = 0x60;
    private const byte ModuleForm = 0x50;

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
        var form = reader.ReadByte();
        DefinedType type = form == ModuleForm ? ReadModuleType(ref reader, scope) : new CoreFunctionType(ReadFunctionType(ref reader, form, offset));
        scope.CoreTypes.Add(type, offset);
        scope.Definitions.Add(new CoreTypeDefinition(type));
    }

    private static FunctionType ReadFunctionType(ref WasmReader reader, byte form, int offset)
    {
        if (form is 0x00 or 0x4E or 0x4F or 0x5E or 0x5F)
        {
            Throw.Unsupported($"core type 0x{form:x2}", "the gc proposal", offset);
        }
        if (form != FunctionForm)
        {
            Throw.Malformed($"malformed core type 0x{form:x2}", offset);
        }
        return new(ReadValueTypes(ref reader), ReadValueTypes(ref reader));
    }

    private static WasmValueType[] ReadValueTypes(ref WasmReader reader)
    {
        var types = new WasmValueType[reader.ReadCount("parameters or results", 1000, memoryBytes: 8)];
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = reader.ReadValueType();
        }
        return types;
    }

    /// <summary>A module type has a type index space of its own, with functions only.</summary>
    private static CoreModuleType ReadModuleType(ref WasmReader reader, Scope scope)
    {
        var types = new IndexSpace<FunctionType>("type", ComponentLimits.Items);
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
                        Throw.Invalid($"duplicate import name `{import.Module}:{import.Name}` already defined", offset);
                    }
                    imports.Add(import);
                    break;
                case 0x01:
                    ReadTypeDeclaration(ref reader, types, offset);
                    break;
                case 0x02:
                    types.Add(ReadTypeAlias(ref reader, scope, types, offset), offset);
                    break;
                case 0x03:
                    var name = reader.ReadName();
                    if (!exports.TryAdd(name, ReadExternalType(ref reader, types)))
                    {
                        Throw.Invalid($"duplicate export name `{name}` already defined", offset);
                    }
                    break;
                default:
                    Throw.Malformed("malformed module type declaration", offset);
                    break;
            }
        }
        return new(imports, exports);
    }

    private static void ReadTypeDeclaration(ref WasmReader reader, IndexSpace<FunctionType> types, int offset)
    {
        var form = reader.ReadByte();
        if (form == ModuleForm)
        {
            Throw.Invalid("nested module types are not supported: a module type cannot declare another", offset);
        }
        types.Add(ReadFunctionType(ref reader, form, offset), offset);
    }

    private static FunctionType ReadTypeAlias(ref WasmReader reader, Scope scope, IndexSpace<FunctionType> types, int offset)
    {
        if (reader.ReadByte() != 0x10 || reader.ReadByte() != 0x01)
        {
            Throw.Malformed("malformed alias in module type: only outer types can be aliased", offset);
        }
        var count = reader.ReadU32();
        var index = reader.ReadU32();
        if (count == 0)
        {
            return types.At(index, offset);
        }
        if (scope.Outer(count - 1, offset).CoreTypes.At(index, offset) is not CoreFunctionType type)
        {
            Throw.Invalid($"outer core type {index} is not a function type", offset);
            return null;
        }
        return type.Type;
    }

    private static ExternalType ReadExternalType(ref WasmReader reader, IndexSpace<FunctionType> types)
    {
        var offset = reader.Position;
        var kind = reader.ReadByte();
        switch (kind)
        {
            case 0x00:
                return new() { Kind = ExternalKind.Function, Function = types.At(reader.ReadU32(), offset) };
            case 0x01:
                return new() { Kind = ExternalKind.Table, Table = ModuleTypes.ReadTable(ref reader) };
            case 0x02:
                return new() { Kind = ExternalKind.Memory, Memory = ModuleTypes.ReadMemory(ref reader) };
            case 0x03:
                return new() { Kind = ExternalKind.Global, Global = ModuleTypes.ReadGlobal(ref reader) };
            case 0x04:
                if (reader.ReadByte() != 0)
                {
                    Throw.Malformed("malformed tag attribute", offset);
                }
                var tag = types.At(reader.ReadU32(), offset);
                if (tag.Results.Length != 0)
                {
                    Throw.Invalid("non-empty tag result type", offset);
                }
                return new() { Kind = ExternalKind.Tag, Function = tag };
            default:
                Throw.Malformed($"malformed external kind 0x{kind:x2}", offset);
                return null;
        }
    }
}
