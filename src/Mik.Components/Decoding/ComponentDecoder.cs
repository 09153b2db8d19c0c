using Mik.Components.Model;
using Mik.Components.Validation;
using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Components.Decoding;

/// <summary>
/// Reads a component section by section (Binary.md, "Component Definitions"). Every definition is checked as soon as it is
/// read, since the meaning of an index depends on all definitions before it.
/// </summary>
internal sealed class ComponentDecoder
{
    private static ReadOnlySpan<byte> Magic => [0x00, 0x61, 0x73, 0x6D];

    // About what the objects of a component or module take that has nothing in it.
    private const int EmptyBytes = 4096;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly WasmFeatures _features;
    private readonly Predicate<ReadOnlyMemory<byte>>? _isKnownModule;
    private readonly WorkBudget _budget;

    private ComponentDecoder(
        ReadOnlyMemory<byte> bytes, WasmFeatures features, Predicate<ReadOnlyMemory<byte>>? isKnownModule, LoadBudget budget,
        ComponentFeatures componentFeatures)
    {
        _budget = new WorkBudget(budget) { Features = componentFeatures };
        _bytes = bytes;
        _features = features;
        _isKnownModule = isKnownModule;
    }

    /// <summary>Decodes and validates a component.</summary>
    /// <exception cref="InvalidComponentException">Anything is wrong with the bytes.</exception>
    /// <exception cref="OperationCanceledException">The budget's load was cancelled.</exception>
    public static Component Decode(
        ReadOnlyMemory<byte> bytes, WasmFeatures features, Predicate<ReadOnlyMemory<byte>>? isKnownModule, LoadBudget budget,
        ComponentFeatures componentFeatures)
    {
        try
        {
            var reader = new WasmReader(bytes.Span, 0, bytes.Length, features, budget);
            return new ComponentDecoder(bytes, features, isKnownModule, budget, componentFeatures).ReadComponent(ref reader, parent: null);
        }
        catch (InvalidModuleException exception)
        {
            throw new InvalidComponentException(KindOf(exception), exception.Reason, exception.Offset);
        }
    }

    private Component ReadComponent(ref WasmReader reader, Scope? parent)
    {
        ReadPreamble(ref reader);
        _budget.Load.Charge(LoadResource.Declarations, EmptyBytes, reader.Position);
        var scope = new Scope(ScopeKind.Component, parent, _budget);
        if (scope.Depth > ComponentLimits.Nesting)
        {
            Reject.OverLimit($"component nesting is too deep: more than {ComponentLimits.Nesting} levels", reader.Position);
        }
        while (!reader.IsAtEnd)
        {
            var offset = reader.Position;
            var id = reader.ReadByte();
            var length = reader.ReadU32();
            var section = reader.ReadRange(length);
            _budget.Offset = offset;
            ReadSection(id, ref section, scope, offset);
            if (!section.IsAtEnd)
            {
                Reject.Malformed("section size mismatch: unexpected data at the end of the section", section.Position);
            }
        }
        var component = ScopeResults.ToComponent(scope, reader.Position);
        _budget.InstantiationCosts[component.Type] = scope.InnerCost + new InstantiationCost(scope.Definitions.Count, 1, 0);
        return component;
    }

    private static InvalidComponentKind KindOf(InvalidModuleException exception) =>
        exception.IsOverLimit ? InvalidComponentKind.OverLimit : exception.IsMalformed ? InvalidComponentKind.Malformed : InvalidComponentKind.Invalid;

    private static void ReadPreamble(ref WasmReader reader)
    {
        var start = reader.Position;
        var file = reader;
        var head = file.ReadBytes(Math.Min(file.Remaining, FileKinds.Looked));
        if (!head.StartsWith(Magic))
        {
            throw new InvalidComponentException(InvalidComponentKind.NotWasm, FileKinds.Of(head), start);
        }
        if (reader.Remaining < 8)
        {
            throw new InvalidComponentException(InvalidComponentKind.Malformed, "unexpected end of the preamble", start);
        }
        reader.ReadBytes(4);
        var version = reader.ReadBytes(4);
        if (version.SequenceEqual((ReadOnlySpan<byte>)[0x01, 0x00, 0x00, 0x00]))
        {
            throw new InvalidComponentException(
                InvalidComponentKind.CoreModule,
                "this is a core WebAssembly module and not a component; make a component of it with `wasm-tools component new`",
                start);
        }
        if (!version.SequenceEqual((ReadOnlySpan<byte>)[0x0D, 0x00, 0x01, 0x00]))
        {
            Reject.Malformed($"unknown binary version and encoding combination: {Convert.ToHexString(version)}", start + 4);
        }
    }

    private void ReadSection(byte id, ref WasmReader section, Scope scope, int offset)
    {
        switch (id)
        {
            case 0:
                section.ReadName();
                section.ReadBytes(section.Remaining);
                break;
            case 1:
                ReadCoreModule(ref section, scope, offset);
                break;
            case 2:
                CoreInstanceSection.Read(ref section, scope);
                break;
            case 3:
                CoreTypeSection.Read(ref section, scope);
                break;
            case 4:
                var component = ReadComponent(ref section, scope);
                scope.Components.Add(component.Type, offset);
                scope.Definitions.Add(new ComponentDefinition(component));
                break;
            case 5:
                InstanceSection.Read(ref section, scope);
                break;
            case 6:
                AliasSection.Read(ref section, scope);
                break;
            case 7:
                ComponentTypeSection.Read(ref section, scope);
                break;
            case 8:
                CanonicalSection.Read(ref section, scope);
                break;
            case 9:
                Reject.Unsupported("a start definition", "component-model values", offset);
                break;
            case 10:
                ComponentImportSection.Read(ref section, scope);
                break;
            case 11:
                ComponentExportSection.Read(ref section, scope);
                break;
            case 12:
                Reject.Unsupported("a value definition", "component-model values", offset);
                break;
            default:
                Reject.Malformed($"malformed section id {id}", offset);
                break;
        }
    }

    private void ReadCoreModule(ref WasmReader section, Scope scope, int offset)
    {
        var start = section.Position;
        var bytes = _bytes.Slice(start, section.Remaining);
        section.ReadBytes(section.Remaining);
        WasmModule module;
        try
        {
            _budget.Load.Charge(LoadResource.Declarations, EmptyBytes, 0);
            module = WasmModule.Load(bytes, _features, _isKnownModule, _budget.Load);
        }
        catch (InvalidModuleException exception)
        {
            throw new InvalidComponentException(
                KindOf(exception), $"core module {scope.CoreModules.Count}: {exception.Reason}", start + exception.Offset);
        }
        CheckImportNames(module, scope, offset);
        var type = CoreModuleType.Of(module);
        _budget.InstantiationCosts[type] = InstantiationCost.Of(module);
        scope.CoreModules.Add(type, offset);
        scope.Definitions.Add(new CoreModuleDefinition(module));
    }

    /// <summary>Arguments are given by name, so that one name can be asked for only once; core WebAssembly alone has no such rule.</summary>
    private static void CheckImportNames(WasmModule module, Scope scope, int offset)
    {
        var names = new HashSet<(string Module, string Name)>();
        foreach (var import in module.Imports)
        {
            if (!names.Add((import.Module, import.Name)))
            {
                Reject.Invalid($"core module {scope.CoreModules.Count}: duplicate import name `{import.Module}:{import.Name}` already defined", offset);
            }
        }
    }
}
