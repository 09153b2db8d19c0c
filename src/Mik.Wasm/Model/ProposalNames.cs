namespace Mik.Wasm.Model;

/// <summary>The names of proposals that can be switched on and off.</summary>
internal static class ProposalNames
{
    /// <summary>The name of the lowest feature in a set.</summary>
    public static string NameOf(WasmFeatures features) => (WasmFeatures)((int)features & -(int)features) switch
    {
        WasmFeatures.Simd => "simd",
        WasmFeatures.RelaxedSimd => "relaxed-simd",
        WasmFeatures.TailCall => "tail-call",
        WasmFeatures.MultiMemory => "multi-memory",
        WasmFeatures.ExtendedConst => "extended-const",
        WasmFeatures.Memory64 => "memory64",
        WasmFeatures.Threads => "threads",
        WasmFeatures.FunctionReferences => "function-references",
        WasmFeatures.Exceptions => "exception-handling",
        WasmFeatures.Gc => "gc",
        _ => "unnamed",
    };
}
