using System.Globalization;
using Mik.Components.Decoding;
using Mik.Components.Linking;
using Mik.Components.Model;
using Mik.Wasm.CodeCaching;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Wasmtime;
using ComponentLinker = Wasmtime.Components.ComponentLinker;
using OtherComponent = Wasmtime.Components.Component;
using OtherInstance = Wasmtime.Components.ComponentInstance;
using OtherStore = Wasmtime.Store;

namespace Mik.Fuzz.Engines;

/// <summary>
/// Runs a component of <see cref="Values.ValueComponent"/> on either engine: one line with what <c>run</c> and <c>seen</c> give, or that they trap.
/// </summary>
internal static class ComponentRunner
{
    /// <summary>Whether a valid component is one of those.</summary>
    public static bool IsOne(byte[] bytes) => Corpus.IsComponent(bytes) && Component.Load(bytes, WasmFeatures.All) is { Imports.Count: 0 } component
        && component.Exports.Select(export => export.Name.Text).SequenceEqual(["run", "seen"]);

    /// <summary>On this engine, which may take its code from a cache; the second is the message of a trap.</summary>
    public static (string Line, string? Detail) Here(byte[] bytes, CodeCache? cache = null)
    {
        try
        {
            var compiled = CompiledComponent.Compile(Component.Load(bytes), new Mik.Components.Linking.Linker(), cache);
            using var instance = compiled.Instantiate();
            var run = compiled.BindExport<Func<ComponentInstance, ulong>>("", "run")!;
            var seen = compiled.BindExport<Func<ComponentInstance, ulong>>("", "seen")!;
            return (Format(run(instance), seen(instance)), null);
        }
        catch (Trap trap)
        {
            return ("trap", trap.Message);
        }
        catch (Exception fault) when (fault is InvalidComponentException or ComponentLinkException)
        {
            return ($"FAULT {fault.Message}", null);
        }
    }

    /// <summary>On Wasmtime; the second is the message of a trap.</summary>
    public static (string Line, string? Detail) There(byte[] bytes)
    {
        try
        {
            using var component = OtherComponent.FromBytes(WasmtimeEngine.Instance, bytes);
            using var linker = new ComponentLinker(WasmtimeEngine.Instance);
            using var store = new OtherStore(WasmtimeEngine.Instance);
            store.SetEpochDeadline(1);
            var instance = linker.Instantiate(store, component);
            try
            {
                return (Format(Call(instance, "run"), Call(instance, "seen")), null);
            }
            catch (WasmtimeException trap)
            {
                return ("trap", trap.Message[(trap.Message.IndexOf("Caused by:", StringComparison.Ordinal) + 1)..].ReplaceLineEndings(" "));
            }
        }
        catch (WasmtimeException fault)
        {
            return ($"FAULT {fault.Message.ReplaceLineEndings(" ")}", null);
        }
    }

    private static ulong Call(OtherInstance instance, string name) => instance.GetFunction(name)!.Call()!.AsU64();

    private static string Format(ulong run, ulong seen) => string.Create(CultureInfo.InvariantCulture, $"run={run:x} seen={seen:x}");
}
