namespace Mik.Wasm.Tests;

/// <summary>Builds small binary modules by hand. Sizes must stay below 128 where a plain byte is written for them.</summary>
internal static class ModuleBytes
{
    public const byte I32 = 0x7F;
    public const byte I64 = 0x7E;
    public const byte F32 = 0x7D;
    public const byte V128 = 0x7B;
    public const byte FuncRef = 0x70;
    public const byte End = 0x0B;

    public static readonly byte[] Preamble = [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00];

    public static byte[] Module(params byte[][] sections) => [.. Preamble, .. sections.SelectMany(section => section)];

    public static byte[] Section(byte id, params byte[] contents) => [id, .. Unsigned((ulong)contents.Length), .. contents];

    public static byte[] FunctionType(byte[] parameters, byte[] results) =>
        [0x60, (byte)parameters.Length, .. parameters, (byte)results.Length, .. results];

    /// <summary>A module with one memory, one table of funcref, one mutable i32 global and one function with this code.</summary>
    public static byte[] WithFunction(byte[] parameters, byte[] results, params byte[] code) =>
        Module(
            Section(1, [1, .. FunctionType(parameters, results)]),
            Section(3, 1, 0),
            Section(4, 1, FuncRef, 0, 10),
            Section(5, 1, 0, 1),
            Section(6, 1, I32, 1, 0x41, 0, End),
            Code(code));

    /// <summary>A code section with one function without locals; the final <c>end</c> is added.</summary>
    public static byte[] Code(params byte[] code) => Section(10, [1, .. Unsigned((ulong)code.Length + 2), 0, .. code, End]);

    /// <summary>The shortest LEB128 of a number.</summary>
    public static byte[] Unsigned(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
