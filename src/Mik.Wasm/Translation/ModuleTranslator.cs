using Mik.Wasm.Model;

namespace Mik.Wasm.Translation;

/// <summary>Translates modules to CIL. Replaced whole by the translator.</summary>
internal static class ModuleTranslator
{
    /// <summary>Translates a validated module.</summary>
    public static TranslatedModule Translate(WasmModule module) =>
        throw new NotSupportedException($"Nothing translates the {module.Bodies.Length} functions yet.");
}
