using System.Runtime.CompilerServices;
using Mik.Components.Adapters;
using Mik.Components.Model;
using Mik.Components.Runtime;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;

namespace Mik.Components.Linking;

/// <summary>
/// Instantiates a component: one walk over its definitions, each of which appends an item to an index space. Nothing is
/// compiled or emitted here except adapters that no earlier instance has needed.
/// </summary>
internal sealed unsafe class Instantiator
{
    private readonly CompiledComponent _compiled;
    private readonly InstanceScope _scope;
    private readonly Store _store;
    private readonly Dictionary<string, object> _imports;
    private readonly InstanceItems _exports = [];

    private Instantiator(CompiledComponent compiled, InstanceScope scope, Dictionary<string, object> imports)
    {
        _compiled = compiled;
        _scope = scope;
        _store = scope.Root.Store;
        _imports = imports;
    }

    /// <summary>Makes an instance and gives its exports.</summary>
    /// <exception cref="Trap">A start function or segment trapped, or a limit was hit.</exception>
    public static InstanceItems Instantiate(
        CompiledComponent compiled, RootInstance root, ComponentItem component, InstanceScope? parent, Dictionary<string, object> imports)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var scope = new InstanceScope(root, component.Component, component.Enclosing);
        root.Own(scope);
        scope.Enter(parent);
        var exports = new Instantiator(compiled, scope, imports).Run();
        scope.Leave();
        return exports;
    }

    private InstanceItems Run()
    {
        foreach (var definition in _scope.Component.Definitions)
        {
            _scope.Root.CountDefinition();
            Execute(definition);
        }
        return _exports;
    }

    private void Execute(Definition definition)
    {
        switch (definition)
        {
            case CoreModuleDefinition module:
                _scope.CoreModules.Add(_compiled.ModuleOf(module.Module));
                break;
            case CoreInstantiation instantiation:
                InstantiateCore(instantiation);
                break;
            case CoreInlineInstance inline:
                var items = new Dictionary<string, ExternalValue>(StringComparer.Ordinal);
                foreach (var export in inline.Exports)
                {
                    items[export.Name] = CoreItem(export.Sort, export.Index);
                }
                _scope.CoreInstances.Add(new CoreInstance(null, items));
                break;
            case CoreExportAlias alias:
                AddCore(_scope.CoreInstances[alias.InstanceIndex].GetExport(alias.Name)!);
                break;
            case ComponentDefinition component:
                _scope.Components.Add(new ComponentItem(component.Component, _scope));
                break;
            case ComponentInstantiation instantiation:
                InstantiateComponent(instantiation);
                break;
            case InlineInstance inline:
                var exports = new InstanceItems();
                foreach (var export in inline.Exports)
                {
                    exports[export.Name] = Item(export.Sort, export.Index);
                }
                _scope.Instances.Add(exports);
                break;
            case ExportAlias alias:
                Add(_scope.Instances[alias.InstanceIndex][alias.Name]);
                break;
            case OuterAlias alias:
                ExecuteOuterAlias(alias);
                break;
            case TypeDefinition:
                _scope.Types.Add(TypeItem.Other);
                break;
            case ResourceDefinition resource:
                var destructor = resource.Destructor is { } index ? _scope.CoreFunctions[index].Reference : null;
                _scope.Types.Add(new TypeItem(new RuntimeResource(resource.Variable.Name, _scope, destructor)));
                break;
            case CanonLift lift:
                _scope.Functions.Add(new LiftedFunction(_scope, lift));
                break;
            case CanonLower lower:
                AddCoreFunction(_compiled.Adapters.Lower(lower, _scope.Functions[lower.Function]));
                break;
            case CanonResourceNew canon:
                AddCoreFunction(_compiled.Adapters.Resource(nameof(AdapterOperations.ResourceNew), canon.Resource, canon.CoreType));
                break;
            case CanonResourceDrop canon:
                AddCoreFunction(_compiled.Adapters.Resource(nameof(AdapterOperations.ResourceDrop), canon.Resource, canon.CoreType));
                break;
            case CanonResourceRep canon:
                AddCoreFunction(_compiled.Adapters.Resource(nameof(AdapterOperations.ResourceRep), canon.Resource, canon.CoreType));
                break;
            case CanonBuiltIn canon:
                _scope.BuiltIns.Add(new BuiltInInstance(_scope, canon));
                AddCoreFunction(_compiled.Adapters.BuiltIn(canon));
                break;
            case ImportDefinition import:
                Add(_imports[import.Name.Text]);
                break;
            case ExportDefinition export:
                var item = Item(export.Sort, export.Index);
                _exports[export.Name.Text] = item;
                Add(item);
                break;
        }
    }

    private void InstantiateCore(CoreInstantiation instantiation)
    {
        var module = _scope.CoreModules[instantiation.ModuleIndex];
        var imports = module.Module.Imports;
        var values = new ExternalValue?[imports.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = _scope.CoreInstances[instantiation.InstanceOf(imports[i].Module)].GetExport(imports[i].Name);
        }
        try
        {
            _scope.CoreInstances.Add(new CoreInstance(module.Instantiate(_store, values), null));
        }
        catch (GuestException exception)
        {
            throw new Trap(TrapKind.UncaughtException, exception.Message, exception);
        }
    }

    private void InstantiateComponent(ComponentInstantiation instantiation)
    {
        var arguments = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var argument in instantiation.Arguments)
        {
            arguments[argument.Name] = Item(argument.Sort, argument.Index);
        }
        _scope.Instances.Add(Instantiate(_compiled, _scope.Root, _scope.Components[instantiation.ComponentIndex], _scope, arguments));
    }

    private void ExecuteOuterAlias(OuterAlias alias)
    {
        var enclosing = _scope;
        for (var i = 0; i < alias.Count; i++)
        {
            enclosing = enclosing!.Enclosing;
        }
        switch (alias.Sort)
        {
            case Sort.CoreModule:
                _scope.CoreModules.Add(enclosing!.CoreModules[alias.Index]);
                break;
            case Sort.Component:
                _scope.Components.Add(enclosing!.Components[alias.Index]);
                break;
            case Sort.Type:
                _scope.Types.Add(enclosing!.Types[alias.Index]);
                break;
        }
    }

    private void AddCoreFunction(Adapter adapter) =>
        _scope.Add(_store.CreateFunction(adapter.Code, _scope.Record, adapter.TypeId));

    private void AddCore(ExternalValue value)
    {
        switch (value)
        {
            case FunctionInstance function:
                _scope.Add(function);
                break;
            case LinearMemory memory:
                _scope.Add(memory);
                break;
            case TableInstance table:
                _scope.CoreTables.Add(table);
                break;
            case GlobalInstance global:
                _scope.CoreGlobals.Add(global);
                break;
            case TagInstance tag:
                _scope.CoreTags.Add(tag);
                break;
        }
    }

    private ExternalValue CoreItem(Sort sort, int index) => sort switch
    {
        Sort.CoreFunction => _scope.CoreFunctions[index],
        Sort.CoreTable => _scope.CoreTables[index],
        Sort.CoreMemory => _scope.CoreMemories[index],
        Sort.CoreGlobal => _scope.CoreGlobals[index],
        Sort.CoreTag => _scope.CoreTags[index],
        _ => throw new InvalidOperationException($"no core item of sort {sort}"),
    };

    private void Add(object item)
    {
        switch (item)
        {
            case LinkedFunction function:
                _scope.Functions.Add(function);
                break;
            case InstanceItems instance:
                _scope.Instances.Add(instance);
                break;
            case ComponentItem component:
                _scope.Components.Add(component);
                break;
            case TypeItem type:
                _scope.Types.Add(type);
                break;
            case CompiledModule module:
                _scope.CoreModules.Add(module);
                break;
            default:
                throw new InvalidOperationException($"no item: {item}");
        }
    }

    private object Item(Sort sort, int index) => sort switch
    {
        Sort.Function => _scope.Functions[index],
        Sort.Instance => _scope.Instances[index],
        Sort.Component => _scope.Components[index],
        Sort.Type => _scope.Types[index],
        Sort.CoreModule => _scope.CoreModules[index],
        _ => throw new InvalidOperationException($"no item of sort {sort}"),
    };
}
