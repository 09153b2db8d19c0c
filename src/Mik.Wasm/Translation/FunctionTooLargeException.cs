namespace Mik.Wasm.Translation;

/// <summary>A function cannot become a CIL method; the module translator adds its name and position.</summary>
internal sealed class FunctionTooLargeException(string reason) : Exception(reason);
