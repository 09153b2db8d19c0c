using System.Text.RegularExpressions;
using Mik.Fuzz.Engines;

namespace Mik.Fuzz.Comparisons;

/// <summary>What one engine refuses on purpose and the other accepts.</summary>
/// <param name="IsRefusedHere">Whether this engine is the one that refuses.</param>
/// <param name="Refusal">What its message matches.</param>
/// <param name="Reason">Why that is no fault of this engine.</param>
internal sealed partial record KnownDifference(bool IsRefusedHere, Regex Refusal, string Reason)
{
    private static readonly KnownDifference[] All =
    [
        new(true, NamesInAnotherCase(), "wasmparser takes names for equal that differ in case only; nothing in the specification does"),
        new(
            true,
            new("not valid to be used as import, since its type uses types that are not imported"),
            "wasmparser 0.261 lets a type that was exported be imported; 0.263 does not (type-export-restrictions, line 549)"),
        new(
            false,
            new("`context.[gs]et` immediate must be zero"),
            "wasmparser gives a task its second slot with threads only; the canonical ABI has two"),
        new(true, new("nested deeper than the limit"), "this engine has a limit of nested loops, which the runtime's compiler needs"),
        new(
            false,
            new("ascribed type of export is not compatible with item's type resource types are not the same"),
            "wasmparser does not let an export hide its resource behind (sub resource), as the specification does"),
        new(false, new(WasmtimeProcess.Panic), "wasmparser 0.261 panics on some damaged types"),
        new(
            false,
            new("root-level component imports are not supported|exporting a component from the root component is not supported|unsupported type export"),
            "Wasmtime compiles no component whose root imports or exports components or types of instances"),
        new(false, new("is a reexport of an imported function which is not implemented"), "Wasmtime does not compile an import that is exported as it is"),
    ];

    /// <summary>The reason, if these differ as is known.</summary>
    public static string? Explain(Verdict here, Verdict there) =>
        All.FirstOrDefault(known => (known.IsRefusedHere ? here : there).Refusal is { } refusal && known.Refusal.IsMatch(refusal))?.Reason;

    [GeneratedRegex(@"expected (?:\w+ named )?(?<name>.+), found (?i:\k<name>)(?: \(at|$)")]
    private static partial Regex NamesInAnotherCase();
}
