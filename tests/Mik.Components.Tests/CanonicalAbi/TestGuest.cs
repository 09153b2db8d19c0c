using Mik.Components.CanonicalAbi;
using Mik.Components.Linking;
using Mik.Components.Model;
using Mik.Wasm.Model;

namespace Mik.Components.Tests.CanonicalAbi;

/// <summary>
/// Builds components around small core modules: a library with a memory and an allocator, and a main module whose
/// <c>run</c> calls the lowered import <c>f</c>.
/// </summary>
internal sealed class TestGuest
{
    // Below the allocator's memory: where results are stored, and data of tests.
    public const int ResultArea = 1024;
    private const int FirstFree = 4096;

    private const byte LocalGet = 0x20;
    private const byte LocalSet = 0x21;
    private const byte GlobalGet = 0x23;
    private const byte GlobalSet = 0x24;
    private const byte I32Const = 0x41;
    private const byte I64Const = 0x42;
    private const byte Call = 0x10;
    private const byte End = 0x0B;

    /// <summary>The type of the import <c>f</c>; null without import.</summary>
    public ComponentFunctionType? Import { get; init; }

    /// <summary>The type of the export <c>run</c>.</summary>
    public required ComponentFunctionType Export { get; init; }

    /// <summary>The instructions of <c>run</c>, without end; its locals are its parameters.</summary>
    public required byte[] Body { get; init; }

    public StringEncoding Encoding { get; init; } = StringEncoding.Utf8;

    /// <summary>What lies at <see cref="ResultArea"/> at the start.</summary>
    public byte[] Data { get; init; } = [];

    /// <summary>Instructions of the allocator, which has parameters (old, old size, alignment, size) and one local; null for a sound one.</summary>
    public byte[]? Allocator { get; init; }

    /// <summary>Instructions of a post-return function, or null.</summary>
    public byte[]? PostReturn { get; init; }

    /// <summary>A guest whose export hands its parameters to the import and the import's result back.</summary>
    public static TestGuest Echo(ComponentFunctionType type, StringEncoding encoding = StringEncoding.Utf8)
    {
        var core = FlatTypes.FlattenFunctionType(type, WasmValueType.I32, FlatteningContext.Lift);
        var inMemory = FlatTypes.FlattenResult(type, WasmValueType.I32) is null;
        var body = new List<byte>();
        for (var i = 0; i < core.Parameters.Length; i++)
        {
            body.AddRange([LocalGet, (byte)i]);
        }
        if (inMemory)
        {
            body.AddRange(ConstI32(ResultArea));
        }
        body.AddRange([Call, 0]);
        if (inMemory)
        {
            body.AddRange(ConstI32(ResultArea));
        }
        return new TestGuest { Import = type, Export = type, Body = [.. body], Encoding = encoding };
    }

    /// <summary>A guest whose export, without parameters, calls the import with these core arguments and drops what it gives.</summary>
    public static TestGuest Calling(ComponentFunctionType import, byte[] data, params byte[][] arguments)
    {
        var core = FlatTypes.FlattenFunctionType(import, WasmValueType.I32, FlatteningContext.Lower);
        byte[] drop = core.Results.Length == 1 ? [0x1A] : [];
        return new TestGuest
        {
            Import = import,
            Export = new ComponentFunctionType([], null),
            Body = [.. arguments.SelectMany(argument => argument), Call, 0, .. drop],
            Data = data,
        };
    }

    /// <summary>A guest whose export returns this core value.</summary>
    public static TestGuest Returning(ComponentValueType result, byte[] data, params byte[] body) =>
        new() { Export = new ComponentFunctionType([], result), Body = body, Data = data };

    public static byte[] ConstI32(int value) => [I32Const, .. Signed(value)];

    public static byte[] ConstI64(long value) => [I64Const, .. Signed(value)];

    /// <summary>The component.</summary>
    public Component Build()
    {
        var options = new CanonicalOptions(Encoding, 0, 0, null);
        var imports = new ExternList();
        var exports = new ExternList();
        List<Definition> definitions =
        [
            new CoreModuleDefinition(WasmModule.Load(LibraryModule())),
            new CoreInstantiation(0, []),
            new CoreExportAlias(Sort.CoreMemory, 0, "memory"),
            new CoreExportAlias(Sort.CoreFunction, 0, "realloc"),
        ];
        List<NamedItem> environment = [new("memory", Sort.CoreMemory, 0)];
        if (Import is not null)
        {
            var import = new ComponentExtern(Name("f"), new ExternType(Sort.Function, Import));
            imports.TryAdd(import);
            definitions.Add(new ImportDefinition(import.Name, import.Type));
            definitions.Add(new CanonLower(0, options, Import, FlatTypes.FlattenFunctionType(Import, WasmValueType.I32, FlatteningContext.Lower)));
            environment.Add(new("f", Sort.CoreFunction, 1));
        }
        var functions = Import is null ? 0 : 1;
        definitions.AddRange(
        [
            new CoreInlineInstance([.. environment]),
            new CoreModuleDefinition(WasmModule.Load(MainModule())),
            new CoreInstantiation(1, [new CoreArgument("env", 1)]),
            new CoreExportAlias(Sort.CoreFunction, 2, "run"),
        ]);
        if (PostReturn is not null)
        {
            definitions.Add(new CoreExportAlias(Sort.CoreFunction, 2, "post"));
        }
        var run = new ComponentExtern(Name("run"), new ExternType(Sort.Function, Export));
        exports.TryAdd(run);
        definitions.Add(new CanonLift(functions + 1, options with { PostReturn = PostReturn is null ? null : functions + 2 }, Export, CoreExport));
        definitions.Add(new ExportDefinition(run.Name, Sort.Function, functions, run.Type));
        return new Component([.. definitions], [], [], new ComponentType(imports, exports, [], []));
    }

    /// <summary>Compiles with an import and makes an instance.</summary>
    public ComponentInstance Instantiate(ComponentFunction? import = null) => Compile(import).Instantiate();

    /// <summary>Compiles with an import.</summary>
    public CompiledComponent Compile(ComponentFunction? import = null)
    {
        var linker = new Linker();
        if (import is not null)
        {
            linker.Define("f", import);
        }
        return CompiledComponent.Compile(Build(), linker);
    }

    private FunctionType CoreExport => FlatTypes.FlattenFunctionType(Export, WasmValueType.I32, FlatteningContext.Lift);

    private static ExternName Name(string text) => ExternName.TryParse(text, out var name) ? name : throw new ArgumentException(text);

    // (memory 16) and an allocator that moves upwards and keeps what shrinks in place.
    private byte[] LibraryModule()
    {
        byte[] sound =
        [
            // A block that shrinks stays.
            LocalGet, 0, 0x04, 0x40, LocalGet, 3, LocalGet, 1, 0x4D, 0x04, 0x40, LocalGet, 0, 0x0F, End, End,
            // result = (next + alignment - 1) & -alignment
            GlobalGet, 0, LocalGet, 2, 0x6A, I32Const, 1, 0x6B, I32Const, 0, LocalGet, 2, 0x6B, 0x71, LocalSet, 4,
            LocalGet, 4, LocalGet, 3, 0x6A, GlobalSet, 0,
            LocalGet, 4, LocalGet, 0, LocalGet, 1, 0xFC, 10, 0, 0,
            LocalGet, 4,
        ];
        byte[] body = [1, 1, 0x7F, .. Allocator ?? sound, End];
        return Module(
            Section(1, [1, 0x60, 4, 0x7F, 0x7F, 0x7F, 0x7F, 1, 0x7F]),
            Section(3, [1, 0]),
            Section(5, [1, 0, 16]),
            Section(6, [1, 0x7F, 1, .. ConstI32(FirstFree), End]),
            Section(7, [2, 6, .. "memory"u8, 2, 0, 7, .. "realloc"u8, 0, 0]),
            Section(10, [1, .. Sized(body)]),
            Section(11, [1, 0, .. ConstI32(ResultArea), End, .. Sized(Data)]));
    }

    private byte[] MainModule()
    {
        var core = CoreExport;
        var lowered = Import is null ? null : FlatTypes.FlattenFunctionType(Import, WasmValueType.I32, FlatteningContext.Lower);
        var postReturn = new FunctionType(core.Results, []);
        byte imports = (byte)(lowered is null ? 0 : 1);
        byte[] importSection = [(byte)(1 + imports)];
        if (lowered is not null)
        {
            importSection = [.. importSection, 3, .. "env"u8, 1, .. "f"u8, 0, 2];
        }
        importSection = [.. importSection, 3, .. "env"u8, 6, .. "memory"u8, 2, 0, 1];
        byte[] exports = [(byte)(PostReturn is null ? 1 : 2), 3, .. "run"u8, 0, imports];
        byte[] code = [(byte)(PostReturn is null ? 1 : 2), .. Sized([0, .. Body, End])];
        if (PostReturn is not null)
        {
            exports = [.. exports, 4, .. "post"u8, 0, (byte)(imports + 1)];
            code = [.. code, .. Sized([0, .. PostReturn, End])];
        }
        return Module(
            Section(1, [3, .. Type(core), .. Type(postReturn), .. Type(lowered ?? postReturn)]),
            Section(2, importSection),
            Section(3, PostReturn is null ? [1, 0] : [2, 0, 1]),
            Section(7, exports),
            Section(10, code));
    }

    private static byte[] Type(FunctionType type) =>
    [
        0x60, (byte)type.Parameters.Length, .. type.Parameters.Select(parameter => (byte)parameter.Kind),
        (byte)type.Results.Length, .. type.Results.Select(result => (byte)result.Kind),
    ];

    private static byte[] Module(params byte[][] sections) => [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, .. sections.SelectMany(section => section)];

    private static byte[] Section(byte id, byte[] contents) => [id, .. Sized(contents)];

    private static byte[] Sized(byte[] contents) => [.. ComponentBytes.Number(contents.Length), .. contents];

    private static IEnumerable<byte> Signed(long value)
    {
        while (true)
        {
            var low = (byte)(value & 0x7F);
            value >>= 7;
            if ((value == 0 && (low & 0x40) == 0) || (value == -1 && (low & 0x40) != 0))
            {
                yield return low;
                yield break;
            }
            yield return (byte)(low | 0x80);
        }
    }
}
