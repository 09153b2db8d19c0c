using Mik.Components.Decoding;
using Mik.Components.Model;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Fuzz.Engines;

/// <summary>Whether an engine takes some bytes.</summary>
/// <param name="Refusal">Why it does not; null when it does.</param>
internal readonly record struct Verdict(string? Refusal)
{
    /// <summary>Whether it takes them.</summary>
    public bool IsAccepted => Refusal is null;

    /// <summary>It in one word.</summary>
    public string Word => IsAccepted ? "accepts" : "refuses";

    /// <summary>This engine on a module or component, with all that its validator knows.</summary>
    public static Verdict Here(byte[] bytes)
    {
        try
        {
            _ = Corpus.IsComponent(bytes)
                ? (object)Component.Load(bytes, WasmFeatures.All, componentFeatures: ComponentFeatures.AsyncStackful | ComponentFeatures.MoreAsyncBuiltIns)
                : WasmModule.Load(bytes, WasmFeatures.All);
            return default;
        }
        catch (Exception refusal) when (refusal is InvalidModuleException or InvalidComponentException)
        {
            return new(refusal.Message);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => IsAccepted ? Word : $"{Word}: {Refusal}";
}
