using Mik.Wasm.Model;

namespace Mik.Wasm.Validation;

internal static class ModuleValidator
{
    public static void Validate(WasmModule module, WasmFeatures features) => throw new NotSupportedException();
}
