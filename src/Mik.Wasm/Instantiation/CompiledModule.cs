using System.Collections.Frozen;
using Mik.Wasm.CodeCaching;
using Mik.Wasm.Debugging;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Objects;
using Mik.Wasm.Translation;

namespace Mik.Wasm.Instantiation;

/// <summary>
/// A module translated to machine code, from which any number of instances can be made, in any number of stores and on
/// any thread. The code is unloaded when neither this object nor an instance is in use.
/// </summary>
public sealed class CompiledModule
{
    private CompiledModule(WasmModule module, InstanceTemplate template)
    {
        Module = module;
        Template = template;
        ImportTypeIds = module.Imports.ConvertAll(
            static import => import.Type.Function is null ? 0 : import.Type.FunctionDefinition.Number);
        Initializers = new ModuleInitializers(module);
    }

    /// <summary>The module.</summary>
    public WasmModule Module { get; }

    internal InstanceTemplate Template { get; }

    /// <summary>Numbers of the imports' function types; 0 for imports of other kinds.</summary>
    internal int[] ImportTypeIds { get; }

    internal ModuleInitializers Initializers { get; }

    /// <summary>Translates a module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="cache">Where its code may be already, and is kept; may be left out.</param>
    /// <param name="exceptions">
    /// Whether the module must hand on exceptions of others that share its store, though it makes none itself. A store has modules of one kind only.
    /// </param>
    public static CompiledModule Compile(WasmModule module, CodeCache? cache = null, bool exceptions = false)
    {
        ArgumentNullException.ThrowIfNull(module);
        var translated = cache is null ? ModuleTranslator.Translate(module, exceptions) : cache.Translate(module, exceptions);
        // Saved code brings those of functions with it.
        ModuleShapes.Make(module);
        translated.CompileLongFunctions(module.LoadCancellation);
        GuestModules.Add(translated.Classes, module, translated.KnowsExceptions);
        var exports = module.Exports.ToFrozenDictionary(export => export.Name, StringComparer.Ordinal);
        return new CompiledModule(
            module,
            new InstanceTemplate(
                module, translated.Layout, exports, FunctionsOf(module, translated), translated.WritesTables, translated.KnowsExceptions, translated));
    }

    /// <summary>Makes an instance and runs the module's start function.</summary>
    /// <param name="store">Owns the instance and what it allocates.</param>
    /// <param name="imports">Finds the imports; may be left out when there are none.</param>
    /// <exception cref="LinkException">An import is missing or has another type.</exception>
    /// <exception cref="Trap">A segment does not fit, the start function trapped, or a limit was hit.</exception>
    public ModuleInstance Instantiate(Store store, ImportResolver? imports = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        var values = new ExternalValue?[Module.Imports.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = imports?.Invoke(Module.Imports[i]);
        }
        return ModuleInstantiator.Instantiate(this, store, values);
    }

    /// <summary>Makes an instance from imports in the module's order.</summary>
    internal ModuleInstance Instantiate(Store store, ReadOnlySpan<ExternalValue?> imports) =>
        ModuleInstantiator.Instantiate(this, store, imports);

    private static unsafe FunctionReference[] FunctionsOf(WasmModule module, TranslatedModule translated)
    {
        var code = new nint[module.Bodies.Length];
        fixed (nint* destination = code)
        {
            translated.GetCode(destination);
        }
        var functions = new FunctionReference[code.Length];
        for (var i = 0; i < functions.Length; i++)
        {
            functions[i].Code = code[i];
            functions[i].TypeId = module.Definitions[module.FunctionTypeIndices[module.ImportedFunctionCount + i]].Number;
        }
        return functions;
    }
}
