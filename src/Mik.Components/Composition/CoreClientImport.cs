using Mik.Wasm.Model;

namespace Mik.Components.Composition;

/// <summary>
/// The one import of a handler that is a core module: <c>send</c> of <c>mik:core/client@0.1.0</c>. It is lowered with the module's own memory, which is there
/// only once the module is; so the module gets a function that calls through a table, and the table is filled behind it.
/// </summary>
internal static class CoreClientImport
{
    /// <summary>The interface.</summary>
    public const string InterfaceName = "mik:core/client@0.1.0";

    /// <summary>Its function.</summary>
    public const string Function = "send";

    private const string Table = "$imports";
    private const string Slot = "0";
    private const byte I32 = 0x7F;
    private const byte String = 0x73;
    private const byte U8 = 0x7D;
    private const byte U16 = 0x7B;

    // Method, url and fields have an address and a length each, the body a flag besides; the last is where the answer goes.
    private const int Parameters = 10;

    /// <summary>Whether an import is it.</summary>
    public static bool Is(WasmImport import) => import.Module == InterfaceName && import.Name == Function;

    /// <summary>Adds the table and instantiates the module with it; gives its core instance. Core function 0 is taken, core modules 1 and 2 too.</summary>
    public static byte Instantiate(SectionWriter writer)
    {
        writer.AddWhole(SectionIds.CoreModule, Shim());
        writer.AddWhole(SectionIds.CoreModule, Filler());
        writer.Add(SectionIds.CoreInstance, [0x00, 0x01, 0x00]);
        writer.Add(SectionIds.Alias, [0x00, 0x00, 0x01, 0x00, .. SectionWriter.Name(Slot)]);
        writer.Add(SectionIds.CoreInstance, [0x01, 0x01, .. SectionWriter.Name(Function), 0x00, 0x00]);
        writer.Add(SectionIds.CoreInstance, [0x00, 0x00, 0x01, .. SectionWriter.Name(InterfaceName), 0x12, 0x01]);
        return 2;
    }

    /// <summary>Imports the interface, lowers its function, and puts it into the table. Component function 0 is the handler already.</summary>
    public static void Fill(SectionWriter writer, byte memory, byte realloc, byte functions, byte type)
    {
        writer.Add(SectionIds.Type, InstanceType());
        writer.Add(SectionIds.Import, [0x00, .. SectionWriter.Name(InterfaceName), 0x05, type]);
        writer.Add(SectionIds.Alias, [0x01, 0x00, 0x00, .. SectionWriter.Name(Function)]);
        writer.Add(SectionIds.Canonical, [0x01, 0x00, 0x01, 0x03, 0x00, 0x03, memory, 0x04, realloc]);
        writer.Add(SectionIds.Alias, [0x00, 0x01, 0x01, 0x00, .. SectionWriter.Name(Table)]);
        writer.Add(SectionIds.CoreInstance, [0x01, 0x02, .. SectionWriter.Name(Table), 0x01, 0x00, .. SectionWriter.Name(Slot), 0x00, functions]);
        writer.Add(SectionIds.CoreInstance, [0x00, 0x02, 0x01, 0x00, 0x12, 0x03]);
    }

    private static byte[] InstanceType()
    {
        byte[][] declarations =
        [
            Type(0x6F, 0x02, String, String),
            Type(0x70, 0x00),
            Type(0x70, U8),
            Type(0x6B, 0x02),
            Type(
                0x72, [0x04, .. SectionWriter.Name("method"), String, .. SectionWriter.Name("url"), String, .. SectionWriter.Name("headers"), 0x01,
                .. SectionWriter.Name("body"), 0x03]),
            Named("request", 0x04),
            Type(0x72, [0x03, .. SectionWriter.Name("status"), U16, .. SectionWriter.Name("headers"), 0x01, .. SectionWriter.Name("body"), 0x02]),
            Named("response", 0x06),
            Type(0x6A, 0x01, 0x07, 0x01, String),
            Type(0x40, [0x01, .. SectionWriter.Name("req"), 0x05, 0x00, 0x08]),
            [0x04, 0x00, .. SectionWriter.Name(Function), 0x01, 0x09],
        ];
        return [0x42, (byte)declarations.Length, .. declarations.SelectMany(declaration => declaration)];
    }

    private static byte[] Type(byte kind, params byte[] rest) => [0x01, kind, .. rest];

    private static byte[] Named(string name, byte type) => [0x04, 0x00, .. SectionWriter.Name(name), 0x03, 0x00, type];

    /// <summary>A table of one, and a function that calls what stands in it.</summary>
    private static byte[] Shim() => Module(
        (1, [0x01, .. Signature()]),
        (3, [0x01, 0x00]),
        (4, [0x01, 0x70, 0x01, 0x01, 0x01]),
        (7, [0x02, .. SectionWriter.Name(Slot), 0x00, 0x00, .. SectionWriter.Name(Table), 0x01, 0x00]),
        (10, [0x01, .. Sized([0x00, .. Enumerable.Range(0, Parameters).SelectMany(i => (byte[])[0x20, (byte)i]), 0x41, 0x00, 0x11, 0x00, 0x00, 0x0B])]));

    /// <summary>Puts a function into the table.</summary>
    private static byte[] Filler() => Module(
        (1, [0x01, .. Signature()]),
        (2, [0x02, 0x00, .. SectionWriter.Name(Table), 0x01, 0x70, 0x01, 0x01, 0x01, 0x00, .. SectionWriter.Name(Slot), 0x00, 0x00]),
        (9, [0x01, 0x00, 0x41, 0x00, 0x0B, 0x01, 0x00]));

    private static byte[] Signature() => [0x60, Parameters, .. Enumerable.Repeat(I32, Parameters), 0x00];

    private static byte[] Module(params (byte Id, byte[] Content)[] sections) =>
        [.. "\0asm\u0001\0\0\0"u8, .. sections.SelectMany(section => (byte[])[section.Id, .. Sized(section.Content)])];

    private static byte[] Sized(byte[] content) => [.. SectionWriter.Unsigned((uint)content.Length), .. content];
}
