namespace Mik.Wasm.Decoding;

/// <summary>Which encodings belong to proposals that the engine does not have.</summary>
internal static class Proposals
{
    public const string CustomPageSizes = "custom-page-sizes";

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
