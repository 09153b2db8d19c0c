using Mik.Wasm.Execution;

namespace Mik.Wasm.Translation;

/// <summary>A module as emitted code.</summary>
internal abstract unsafe class TranslatedModule
{
    /// <summary>The layout of the context block.</summary>
    public abstract ContextLayout Layout { get; }

    /// <summary>Writes the entry points of all defined functions.</summary>
    public abstract void GetCode(nint* destination);
}
