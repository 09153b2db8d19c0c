using Mik.Wasm.Model;

namespace Mik.Conformance.Tests.Core;

/// <summary>Which commands the engine takes: those that need only features it translates.</summary>
internal static class SuiteFeatures
{
    private static readonly Dictionary<string, WasmFeatures> ByName = new()
    {
        ["simd"] = WasmFeatures.Simd,
        ["relaxed_simd"] = WasmFeatures.RelaxedSimd,
        ["tail_call"] = WasmFeatures.TailCall,
        ["multi_memory"] = WasmFeatures.MultiMemory,
        ["extended_const"] = WasmFeatures.ExtendedConst,
        ["memory64"] = WasmFeatures.Memory64,
        ["threads"] = WasmFeatures.Threads,
        ["function_references"] = WasmFeatures.FunctionReferences,
        ["exceptions"] = WasmFeatures.Exceptions,
        ["gc"] = WasmFeatures.Gc,
    };

    // Always on: WebAssembly 2.0.
    private static readonly HashSet<string> Always =
    [
        "saturating_float_to_int", "reference_types", "call_indirect_overlong", "bulk_memory", "bulk_memory_opt",
        "multi_value", "sign_extension", "mutable_global", "floats", "gc_types", "compact_imports",
    ];

    /// <summary>What modules of the suite may use.</summary>
    public static WasmFeatures Enabled => WasmFeatures.Default;

    /// <summary>Whether every feature of the list is translated.</summary>
    public static bool AreEnabled(IEnumerable<string> requires) => requires.All(
        name => Always.Contains(name) || (ByName.TryGetValue(name, out var feature) && Enabled.HasFlag(feature)));
}
