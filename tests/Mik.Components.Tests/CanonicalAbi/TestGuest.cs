using Mik.Components.Linking;
using Mik.Components.Model;
using Mik.Components.Runtime;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Components.Tests.CanonicalAbi;

/// <summary>
/// Builds components around small core modules: a library with a memory and an allocator, and a main module whose
/// <c>run</c> calls the lowered imports; these are functions 0, 1, … of the main module, and then comes <c>resource.drop</c>.
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

    /// <summary>The type of the only import, <c>f</c>.</summary>
    public ComponentFunctionType? Import
    {
        init => Imports = value is null ? [] : [("f", value)];
    }

    /// <summary>The imported functions.</summary>
    public IReadOnlyList<(string Name, ComponentFunctionType Type)> Imports { get; init; } = [];

    /// <summary>The interface that the functions and <see cref="Resource"/> are imported from; null for plain imports.</summary>
    public string? Interface { get; init; }

    /// <summary>A resource of the interface, in slot 0.</summary>
    public ResourceVariable? Resource { get; init; }

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
        List<Definition> definitions =
        [
            new CoreModuleDefinition(WasmModule.Load(LibraryModule())),
            new CoreInstantiation(0, []),
            new CoreExportAlias(Sort.CoreMemory, 0, "memory"),
            new CoreExportAlias(Sort.CoreFunction, 0, "realloc"),
        ];
        var imports = DefineImports(definitions);
        List<NamedItem> environment = [new("memory", Sort.CoreMemory, 0)];
        foreach (var (name, type) in Imports)
        {
            definitions.Add(
                new CanonLower(environment.Count - 1, options, type, FlatTypes.FlattenFunctionType(type, WasmValueType.I32, FlatteningContext.Lower)));
            environment.Add(new(name, Sort.CoreFunction, environment.Count));
        }
        if (Resource is not null)
        {
            definitions.Add(new CanonResourceDrop(Resource, DropType));
            environment.Add(new("drop", Sort.CoreFunction, environment.Count));
        }
        var coreFunctions = environment.Count;
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
        var exports = new ExternList();
        var run = new ComponentExtern(Name("run"), new ExternType(Sort.Function, Export));
        exports.TryAdd(run);
        definitions.Add(new CanonLift(coreFunctions, options with { PostReturn = PostReturn is null ? null : coreFunctions + 1 }, Export, CoreExport));
        definitions.Add(new ExportDefinition(run.Name, Sort.Function, Imports.Count, run.Type));
        return new Component([.. definitions], [], Resource is null ? [] : [Resource], new ComponentType(imports, exports, [], []));
    }

    /// <summary>Compiles with an import and makes an instance.</summary>
    public ComponentInstance Instantiate(LinkedFunction? import = null) => Compile(import).Instantiate();

    /// <summary>Compiles with an import.</summary>
    public CompiledComponent Compile(LinkedFunction? import = null)
    {
        var linker = new Linker();
        if (import is not null)
        {
            linker.Define("f", new ComponentFunction(import));
        }
        return CompiledComponent.Compile(Build(), linker);
    }

    private static FunctionType DropType => new([WasmValueType.I32], []);

    /// <summary>The core types of the main module's imported functions.</summary>
    private IEnumerable<(string Name, FunctionType Type)> CoreImports
    {
        get
        {
            foreach (var (name, type) in Imports)
            {
                yield return (name, FlatTypes.FlattenFunctionType(type, WasmValueType.I32, FlatteningContext.Lower));
            }
            if (Resource is not null)
            {
                yield return ("drop", DropType);
            }
        }
    }

    private FunctionType CoreExport => FlatTypes.FlattenFunctionType(Export, WasmValueType.I32, FlatteningContext.Lift);

    private static ExternName Name(string text) => ExternName.TryParse(text, out var name) ? name : throw new ArgumentException(text);

    private ExternList DefineImports(List<Definition> definitions)
    {
        var imports = new ExternList();
        var functions = Imports.Select(import => new ComponentExtern(Name(import.Name), new ExternType(Sort.Function, import.Type))).ToArray();
        if (Interface is null)
        {
            foreach (var function in functions)
            {
                imports.TryAdd(function);
                definitions.Add(new ImportDefinition(function.Name, function.Type));
            }
            return imports;
        }
        var exports = new ExternList();
        if (Resource is not null)
        {
            exports.TryAdd(new ComponentExtern(Name(Resource.Name), new ExternType(Sort.Type, new ResourceType(Resource))));
        }
        var instance = new ComponentExtern(Name(Interface), new ExternType(Sort.Instance, new InstanceType(exports, Resource is null ? [] : [Resource])));
        imports.TryAdd(instance);
        definitions.Add(new ImportDefinition(instance.Name, instance.Type));
        foreach (var function in functions)
        {
            exports.TryAdd(function);
            definitions.Add(new ExportAlias(Sort.Function, 0, function.Name.Text));
        }
        return imports;
    }

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
        var functions = CoreImports.ToArray();
        var core = CoreExport;
        byte[] imports = [(byte)(functions.Length + 1), 3, .. "env"u8, 6, .. "memory"u8, 2, 0, 1];
        byte[] types = [(byte)(functions.Length + 2), .. Type(core), .. Type(new FunctionType(core.Results, []))];
        for (var i = 0; i < functions.Length; i++)
        {
            types = [.. types, .. Type(functions[i].Type)];
            imports = [.. imports, 3, .. "env"u8, .. ComponentBytes.Name(functions[i].Name), 0, (byte)(i + 2)];
        }
        byte[] exports = [(byte)(PostReturn is null ? 1 : 2), 3, .. "run"u8, 0, (byte)functions.Length];
        byte[] code = [(byte)(PostReturn is null ? 1 : 2), .. Sized([0, .. Body, End])];
        if (PostReturn is not null)
        {
            exports = [.. exports, 4, .. "post"u8, 0, (byte)(functions.Length + 1)];
            code = [.. code, .. Sized([0, .. PostReturn, End])];
        }
        return Module(
            Section(1, types),
            Section(2, imports),
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
