using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

internal static class ModuleDecoder
{
    public static WasmModule Decode(ReadOnlyMemory<byte> bytes, WasmFeatures features) => throw new NotSupportedException();
}
