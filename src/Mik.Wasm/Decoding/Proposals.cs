using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>Names of proposals for error messages, and which encodings belong to those that the engine does not have.</summary>
internal static class Proposals
{
    public const string CustomPageSizes = "custom-page-sizes";

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

    /// <summary>Whether the byte is an instruction of the first form of exception handling, which has no place in WebAssembly 3.0.</summary>
    public static bool IsLegacyException(byte opcode) => opcode is 0x06 or 0x07 or 0x09 or 0x18 or 0x19;

    /// <summary>The proposal of an opcode that is not in the table, or null when no proposal known here has it.</summary>
    public static string? OfOpcode(byte first, uint code) => first switch
    {
        >= 0xE0 and <= 0xE6 => "stack-switching",
        0xFC when code is >= 19 and <= 22 => "wide-arithmetic",
        _ => null,
    };

    /// <summary>The proposal of a value, heap or definition type byte that the engine does not know, or null.</summary>
    public static string? OfType(byte encoding) => encoding switch
    {
        0x68 or 0x75 => "stack-switching",
        0x65 => "shared-everything-threads",
        _ => null,
    };
}
