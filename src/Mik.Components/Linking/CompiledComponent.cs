using System.Collections.Concurrent;
using Mik.Components.Adapters;
using Mik.Components.HostBinding;
using Mik.Components.Model;
using Mik.Wasm.CodeCaching;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;

namespace Mik.Components.Linking;

/// <summary>
/// A component with its core modules translated and its imports matched, from which instances are made cheaply, on any
/// thread. It owns the emitted code, which is unloaded when neither this object nor an instance is in use.
/// </summary>
public sealed class CompiledComponent
{
    private readonly ConcurrentDictionary<WasmModule, CompiledModule> _modules = new();
    private readonly MatchedImports _imports;

    private readonly CodeCache? _cache;

    // All modules of a component hand exceptions on if one of them makes some.
    private bool _exceptions;

    private CompiledComponent(Component component, MatchedImports imports, CodeCache? cache, bool timesHostCalls)
    {
        Adapters = new AdapterEmitter(timesHostCalls);
        Component = component;
        _imports = imports;
        _cache = cache;
        _exceptions = component.CoreModules.Any(module => module.UsesExceptions);
    }

    /// <summary>The component.</summary>
    public Component Component { get; }

    internal AdapterEmitter Adapters { get; }

    /// <summary>Matches the imports with what the host offers and translates the core modules.</summary>
    /// <param name="component">The component.</param>
    /// <param name="linker">What the host offers.</param>
    /// <param name="cache">Where the code of its modules may be already, and is kept; may be left out.</param>
    /// <param name="timesHostCalls">Whether instances count the time in functions of the host (<see cref="ComponentInstance.HostTime"/>), which makes each
    /// call a little slower.</param>
    /// <exception cref="ComponentLinkException">Imports are missing or have other shapes; it names all of them.</exception>
    public static CompiledComponent Compile(Component component, Linker linker, CodeCache? cache = null, bool timesHostCalls = false)
    {
        ArgumentNullException.ThrowIfNull(component);
        ArgumentNullException.ThrowIfNull(linker);
        AdapterLimits.Check(component);
        var compiled = new CompiledComponent(component, ImportMatcher.Match(component, linker), cache, timesHostCalls);
        compiled.CompileModules();
        return compiled;
    }

    /// <summary>Makes an instance.</summary>
    /// <exception cref="Trap">A start function or segment trapped, or a limit was hit.</exception>
    public ComponentInstance Instantiate(InstanceOptions? options = null)
    {
        var instance = new ComponentInstance(this, options ?? new InstanceOptions());
        try
        {
            instance.Start(_imports.Items);
            return instance;
        }
        catch
        {
            instance.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A delegate that calls an export with typed values; null when the component has no such export. Emitted once; the first
    /// parameter of <typeparamref name="TDelegate"/> is the <see cref="ComponentInstance"/> to call.
    /// </summary>
    /// <param name="interfaceName">The exported interface, without version or with one of the same track; "" for a function of the component itself.</param>
    /// <param name="function">The function's name in WIT.</param>
    /// <exception cref="ComponentLinkException">The export has another shape than the delegate.</exception>
    public TDelegate? BindExport<TDelegate>(string interfaceName, string function)
        where TDelegate : Delegate
    {
        ArgumentNullException.ThrowIfNull(interfaceName);
        ArgumentNullException.ThrowIfNull(function);
        var export = interfaceName.Length == 0 ? null : FindExport(interfaceName);
        var exports = interfaceName.Length == 0
            ? Component.Exports
            : export is not null && Component.Exports.TryGet(export, out var found) ? found.Instance?.Exports : null;
        if (exports is null || !exports.TryGet(function, out var type) || type.Function is null)
        {
            return null;
        }
        var signature = new DelegateSignature(typeof(TDelegate), typeof(ComponentInstance));
        try
        {
            signature.Match(type.Function, _imports.Shapes);
        }
        catch (ShapeMismatchException mismatch)
        {
            throw new ComponentLinkException([new LinkProblem($"{export ?? "export"}#{function}", mismatch.Message)]);
        }
        return (TDelegate)new ExportBinding(this, export, function, signature).CreateDelegate();
    }

    /// <summary>An async function of an exported interface; null when the component has no such export.</summary>
    /// <param name="interfaceName">The interface, without version.</param>
    /// <param name="function">The function's name in WIT.</param>
    /// <param name="shapes">The C# types by which it is called.</param>
    /// <exception cref="ComponentLinkException">The export has another shape.</exception>
    internal AsyncExport? BindAsyncExport(string interfaceName, string function, TaskShapes shapes)
    {
        if (FindExport(interfaceName) is not { } export || !Component.Exports.TryGet(export, out var found)
            || found.Instance?.Exports.TryGet(function, out var type) is not true || type.Function is not { } signature)
        {
            return null;
        }
        try
        {
            shapes.Match(signature, _imports.Shapes);
        }
        catch (ShapeMismatchException mismatch)
        {
            throw new ComponentLinkException([new LinkProblem($"{export}#{function}", mismatch.Message)]);
        }
        return new AsyncExport(this, export, function, shapes);
    }

    /// <summary>The full name of the exported interface, or null.</summary>
    internal string? FindExport(string interfaceName)
    {
        if (Component.Exports.TryGet(interfaceName, out _))
        {
            return interfaceName;
        }
        if (!InterfaceName.TryParse(interfaceName, out var wanted))
        {
            return null;
        }
        foreach (var export in Component.Exports)
        {
            if (export.Name.Interface is { } offered && (wanted.Track is null ? offered.Path == wanted.Path : offered.Key == wanted.Key))
            {
                return export.Name.Text;
            }
        }
        return null;
    }

    private void CompileModules()
    {
        var (someKnow, someDoNot) = (false, false);
        foreach (var module in Component.CoreModules)
        {
            var knows = ModuleOf(module).Template.KnowsExceptions;
            (someKnow, someDoNot) = (someKnow | knows, someDoNot | !knows);
        }

        // One may throw or catch without tags of its own. Its instructions tell, which are not looked at before when its code is kept.
        if (someKnow && someDoNot && !_exceptions)
        {
            _exceptions = true;
            _modules.Clear();
            CompileModules();
        }
    }

    internal CompiledModule ModuleOf(WasmModule module) => _modules.GetOrAdd(
        module, static (module, compiled) => CompiledModule.Compile(module, compiled._cache, compiled._exceptions), this);
}
