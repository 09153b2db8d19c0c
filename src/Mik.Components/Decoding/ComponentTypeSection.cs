using Mik.Components.Model;
using Mik.Components.Validation;
using Mik.Wasm.Decoding;
using Mik.Wasm.Model;

namespace Mik.Components.Decoding;

/// <summary>Reads section 7, and types in component and instance types.</summary>
internal static class ComponentTypeSection
{
    // About what the index spaces of a component or instance type take that has nothing in it.
    private const int EmptyBytes = 2048;

    public static void Read(ref WasmReader reader, Scope scope)
    {
        var count = reader.ReadCount("types", ComponentLimits.Items, memoryBytes: 300);
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
        if (form == 0x3F)
        {
            ReadResource(ref reader, scope, offset);
            return;
        }
        DefinedType type = form switch
        {
            0x40 or 0x43 => ReadFunction(ref reader, scope, isAsync: form == 0x43, offset),
            0x41 => ReadComponentType(ref reader, scope, offset),
            0x42 => ReadInstanceType(ref reader, scope, offset),
            _ => ValueTypes.Read(ref reader, scope, form, offset),
        };
        scope.Types.Add(ScopeResults.CheckSize(type, offset), offset);
        scope.Definitions.Add(new TypeDefinition(type));
    }

    private static void ReadResource(ref WasmReader reader, Scope scope, int offset)
    {
        var representation = reader.ReadValueType();
        int? destructor = null;
        switch (reader.ReadByte())
        {
            case 0x00:
                break;
            case 0x01:
                var function = reader.ReadU32();
                destructor = (int)function;
                break;
            default:
                Reject.Malformed("malformed resource type: optional destructor", offset);
                break;
        }
        if (scope.Kind != ScopeKind.Component)
        {
            Reject.Invalid("resources can only be defined within a concrete component", offset);
        }
        if (representation != WasmValueType.I32)
        {
            Reject.Invalid("resources can only be represented by `i32`", offset);
        }
        if (destructor is { } index)
        {
            CanonicalRules.CheckDestructor(scope, (uint)index, offset);
        }
        var variable = scope.NewResource($"resource{scope.Types.Count}");
        scope.LocalResources.Add(variable, representation);
        scope.DefinedResources.Add(variable);
        scope.Types.Add(new ResourceType(variable), offset);
        scope.Definitions.Add(new ResourceDefinition(variable, representation, destructor));
    }

    private static ComponentFunctionType ReadFunction(ref WasmReader reader, Scope scope, bool isAsync, int offset)
    {
        var parameters = new RecordField[reader.ReadCount("parameters", ComponentLimits.TypeParts, 2, memoryBytes: 100)];
        var names = new LabelSet("function parameter");
        for (var i = 0; i < parameters.Length; i++)
        {
            var name = names.Add(reader.ReadName(), offset);
            parameters[i] = new(name, ValueTypes.ReadReference(ref reader, scope));
        }
        var result = ValueTypes.ReadResult(ref reader, scope, "component function result");
        if (result is not null && (result.Facts.Contains & TypeContents.Borrow) != TypeContents.None)
        {
            Reject.Invalid("function result cannot contain a `borrow` type", offset);
        }
        return new(new(parameters), result, isAsync);
    }

    private static ComponentType ReadComponentType(ref WasmReader reader, Scope parent, int offset)
    {
        var scope = ReadDeclarations(ref reader, parent, ScopeKind.ComponentType, offset);
        return ScopeResults.ToComponentType(scope, offset);
    }

    private static InstanceType ReadInstanceType(ref WasmReader reader, Scope parent, int offset)
    {
        var scope = ReadDeclarations(ref reader, parent, ScopeKind.InstanceType, offset);
        return ScopeResults.ToInstanceType(scope, offset);
    }

    private static Scope ReadDeclarations(ref WasmReader reader, Scope parent, ScopeKind kind, int offset)
    {
        var scope = new Scope(kind, parent, parent.Budget);
        if (scope.Depth > ComponentLimits.Nesting)
        {
            Reject.OverLimit($"type nesting is too deep: more than {ComponentLimits.Nesting} levels", offset);
        }
        parent.Budget.Load.Charge(LoadResource.Declarations, EmptyBytes, offset);
        var count = reader.ReadCount("declarations", ComponentLimits.Declarations, 2, memoryBytes: 200);
        for (var i = 0; i < count; i++)
        {
            var start = reader.Position;
            switch (reader.ReadByte())
            {
                case 0x00:
                    CoreTypeSection.ReadType(ref reader, scope);
                    break;
                case 0x01:
                    ReadType(ref reader, scope);
                    break;
                case 0x02:
                    AliasSection.ReadAlias(ref reader, scope);
                    break;
                case 0x03 when kind == ScopeKind.ComponentType:
                    ComponentImportSection.ReadImport(ref reader, scope);
                    break;
                case 0x04:
                    ComponentExportSection.ReadDeclaration(ref reader, scope);
                    break;
                default:
                    Reject.Malformed($"malformed declaration in {(kind == ScopeKind.ComponentType ? "component" : "instance")} type", start);
                    break;
            }
        }
        return scope;
    }
}
