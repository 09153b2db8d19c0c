using Mik.Fuzz.Engines;

namespace Mik.Fuzz.Comparisons;

/// <summary>What one engine refuses on purpose and the other accepts.</summary>
/// <param name="IsRefusedHere">Whether this engine is the one that refuses.</param>
/// <param name="Refusal">Words of its message.</param>
/// <param name="Reason">Why neither is at fault.</param>
internal sealed record KnownDifference(bool IsRefusedHere, string Refusal, string Reason)
{
    private static readonly KnownDifference[] All =
    [
        new(true, "component-model async", "the asynchronous ABI is not in this engine yet"),
        new(false, WasmtimeProcess.Panic, "wasmparser 0.261 panics on some damaged types"),
        new(false, "root-level component imports are not supported", "Wasmtime compiles only components that import no components"),
        new(false, "is a reexport of an imported function which is not implemented", "Wasmtime does not compile an import that is exported as it is"),
        new(false, "unsupported type export", "Wasmtime does not compile exports of component and instance types"),
    ];

    /// <summary>The reason, if these differ as is known.</summary>
    public static string? Explain(Verdict here, Verdict there) => All.FirstOrDefault(known =>
        (known.IsRefusedHere ? here : there).Refusal?.Contains(known.Refusal, StringComparison.Ordinal) == true)?.Reason;
}
