using Mik.Components.Decoding;
using Mik.Components.Model;
using Mik.Wasm.Model;

namespace Mik.Components.Composition;

/// <summary>
/// Makes a component of a core module that is written against the canonical ABI of <c>mik:core/handler@0.1.0</c>, and imports nothing but <c>send</c> of
/// <c>mik:core/client@0.1.0</c>: a handler in C or any other language that gives plain WebAssembly needs no further tool.
/// </summary>
public static class CoreHandlerComponent
{
    private const string InterfaceName = "mik:core/handler@0.1.0";
    private const string HandleExport = InterfaceName + "#handle";
    private const string PostReturnExport = "cabi_post_" + HandleExport;
    private const string ReallocExport = "cabi_realloc";
    private const string MemoryExport = "memory";

    private const byte TypeSort = 0x03;
    private const byte FunctionSort = 0x01;
    private const byte InstanceSort = 0x05;
    private const byte String = 0x73;
    private const byte U8 = 0x7D;
    private const byte U16 = 0x7B;

    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete", "head", "options"];

    /// <summary>Whether a module exports the interface's function.</summary>
    public static bool IsHandler(WasmModule module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return Has(module, HandleExport);
    }

    /// <summary>Encodes the component.</summary>
    /// <exception cref="CompositionException">The module lacks an export, imports something, or its function has another type.</exception>
    public static byte[] Encode(WasmModule module)
    {
        ArgumentNullException.ThrowIfNull(module);
        foreach (var name in (string[])[HandleExport, MemoryExport, ReallocExport])
        {
            if (!Has(module, name))
            {
                throw new CompositionException($"the module does not export '{name}', which a handler of {InterfaceName} has");
            }
        }

        if (module.Imports.FirstOrDefault(import => !CoreClientImport.Is(import)) is { } other)
        {
            throw new CompositionException(
                $"the module imports '{other.Name}' of '{other.Module}'; as a handler of {InterfaceName} it may import nothing but "
                    + $"'{CoreClientImport.Function}' of '{CoreClientImport.InterfaceName}'");
        }

        var bytes = Write(module);
        try
        {
            Component.Load(bytes);
        }
        catch (InvalidComponentException exception)
        {
            throw new CompositionException($"'{HandleExport}' has not the type of {InterfaceName}: {exception.Reason}", exception);
        }

        return bytes;
    }

    private static bool Has(WasmModule module, string export) => module.Exports.Any(candidate => candidate.Name == export);

    private static byte[] Write(WasmModule module)
    {
        var writer = new SectionWriter();
        writer.AddWhole(SectionIds.CoreModule, module.Bytes.Span);
        var calls = module.Imports.Length > 0;

        // Of core functions, the first is that which the module calls, if it calls one.
        var main = calls ? CoreClientImport.Instantiate(writer) : (byte)0;
        if (!calls)
        {
            writer.Add(SectionIds.CoreInstance, [0x00, 0x00, 0x00]);
        }

        var realloc = (byte)(calls ? 1 : 0);
        AliasCore(writer, main, 0x02, MemoryExport);
        AliasCore(writer, main, 0x00, ReallocExport);
        AliasCore(writer, main, 0x00, HandleExport);
        var hasPostReturn = Has(module, PostReturnExport);
        if (hasPostReturn)
        {
            AliasCore(writer, main, 0x00, PostReturnExport);
        }

        // Types 0 to 7; 0, 5 and 6 are those with names.
        writer.Add(SectionIds.Type, MethodType());
        WriteTypes(writer, first: 1);
        writer.Add(SectionIds.Type, RequestType(0, 2, 4));
        writer.Add(SectionIds.Type, ResponseType(2, 4));
        writer.Add(SectionIds.Type, HandleType(5, 6));
        writer.Add(
            SectionIds.Canonical,
            [
                0x00, 0x00, (byte)(realloc + 1), hasPostReturn ? (byte)0x04 : (byte)0x03, 0x00, 0x03, 0x00, 0x04, realloc,
                .. hasPostReturn ? (byte[])[0x05, (byte)(realloc + 2)] : [], 0x07,
            ]);
        if (calls)
        {
            CoreClientImport.Fill(writer, memory: 0, realloc, functions: (byte)(realloc + 2 + (hasPostReturn ? 1 : 0)), type: 8);
        }

        // Types get their names where they are exported; so a component inside takes the function and exports it with them.
        writer.AddWhole(SectionIds.Component, Naming());
        writer.Add(
            SectionIds.Instance,
            [
                0x00, 0x00, 0x04,
                .. SectionWriter.Name("handle"), FunctionSort, 0x00,
                .. SectionWriter.Name("method"), TypeSort, 0x00,
                .. SectionWriter.Name("request-data"), TypeSort, 0x05,
                .. SectionWriter.Name("response"), TypeSort, 0x06,
            ]);
        writer.Add(SectionIds.Export, [0x00, .. SectionWriter.Name(InterfaceName), InstanceSort, (byte)(calls ? 1 : 0), 0x00]);
        return writer.ToArray();
    }

    private static byte[] Naming()
    {
        var writer = new SectionWriter();
        writer.Add(SectionIds.Type, MethodType());
        Import(writer, "method", 0);
        WriteTypes(writer, first: 2);
        writer.Add(SectionIds.Type, RequestType(1, 3, 5));
        Import(writer, "request-data", 6);
        writer.Add(SectionIds.Type, ResponseType(3, 5));
        Import(writer, "response", 8);
        writer.Add(SectionIds.Type, HandleType(7, 9));
        writer.Add(SectionIds.Import, [0x00, .. SectionWriter.Name("handle"), 0x01, 0x0A]);

        Export(writer, "method", 1);
        writer.Add(SectionIds.Type, RequestType(11, 3, 5));
        Export(writer, "request-data", 12);
        writer.Add(SectionIds.Type, ResponseType(3, 5));
        Export(writer, "response", 14);
        writer.Add(SectionIds.Type, HandleType(13, 15));
        writer.Add(SectionIds.Export, [0x00, .. SectionWriter.Name("handle"), FunctionSort, 0x00, 0x01, 0x01, 0x10]);
        return writer.ToArray();
    }

    private static void AliasCore(SectionWriter writer, byte instance, byte sort, string name) =>
        writer.Add(SectionIds.Alias, [0x00, sort, 0x01, instance, .. SectionWriter.Name(name)]);

    private static void Import(SectionWriter writer, string name, byte type) =>
        writer.Add(SectionIds.Import, [0x00, .. SectionWriter.Name(name), TypeSort, 0x00, type]);

    private static void Export(SectionWriter writer, string name, byte type) =>
        writer.Add(SectionIds.Export, [0x00, .. SectionWriter.Name(name), TypeSort, type, 0x00]);

    /// <summary>A pair of strings, a list of them, a list of bytes, and an option of that.</summary>
    private static void WriteTypes(SectionWriter writer, byte first)
    {
        writer.Add(SectionIds.Type, [0x6F, 0x02, String, String]);
        writer.Add(SectionIds.Type, [0x70, first]);
        writer.Add(SectionIds.Type, [0x70, U8]);
        writer.Add(SectionIds.Type, [0x6B, (byte)(first + 2)]);
    }

    private static byte[] MethodType() => [0x6D, (byte)Methods.Length, .. Methods.SelectMany(SectionWriter.Name)];

    private static byte[] RequestType(byte method, byte fields, byte body) =>
    [
        0x72, 0x04, .. SectionWriter.Name("method"), method, .. SectionWriter.Name("path"), String,
        .. SectionWriter.Name("headers"), fields, .. SectionWriter.Name("body"), body,
    ];

    private static byte[] ResponseType(byte fields, byte body) =>
        [0x72, 0x03, .. SectionWriter.Name("status"), U16, .. SectionWriter.Name("headers"), fields, .. SectionWriter.Name("body"), body];

    private static byte[] HandleType(byte request, byte response) => [0x40, 0x01, .. SectionWriter.Name("req"), request, 0x00, response];
}
