using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>Names of proposals for error messages, and which encodings belong to those that the engine does not have.</summary>
internal static class Proposals
{
    public const string ExceptionHandling = "exception-handling";
    public const string FunctionReferences = "function-references";
    public const string GarbageCollection = "gc";
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
        _ => "unnamed",
    };

    /// <summary>The proposal of an opcode that is not in the table, or null when no proposal known here has it.</summary>
    public static string? OfOpcode(byte first, uint code) => first switch
    {
        0x06 or 0x07 or 0x09 or 0x18 or 0x19 => "legacy exception-handling",
        0x08 or 0x0A or 0x1F => ExceptionHandling,
        0x14 or 0x15 or 0xD4 or 0xD5 or 0xD6 => FunctionReferences,
        0xD3 or 0xFB => GarbageCollection,
        >= 0xE0 and <= 0xE6 => "stack-switching",
        0xFC when code is >= 19 and <= 22 => "wide-arithmetic",
        _ => null,
    };

    /// <summary>The proposal of a value, heap or definition type byte that the engine does not know, or null.</summary>
    public static string? OfType(byte encoding) => encoding switch
    {
        0x63 or 0x64 => FunctionReferences,
        0x69 or 0x74 => ExceptionHandling,
        0x68 or 0x75 => "stack-switching",
        0x65 => "shared-everything-threads",
        0x77 or 0x78 or (>= 0x6A and <= 0x6E) or (>= 0x71 and <= 0x73) => GarbageCollection,
        _ => null,
    };
}
