using System.Text;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Wasm.Tests.Translation;

/// <summary>Assembles small binary modules for tests: one call per entity, instructions as bytes.</summary>
internal sealed class ModuleBuilder
{
    private readonly List<byte[]> _types = [];
    private readonly List<byte[]> _imports = [];
    private readonly List<byte[]> _functions = [];
    private readonly List<byte[]> _tables = [];
    private readonly List<byte[]> _memories = [];
    private readonly List<byte[]> _globals = [];
    private readonly List<byte[]> _tags = [];
    private readonly List<byte[]> _exports = [];
    private readonly List<byte[]> _elements = [];
    private readonly List<byte[]> _bodies = [];
    private readonly List<byte[]> _data = [];
    private readonly List<byte[]> _names = [];
    private int _importedFunctions;

    public int Type(byte[] parameters, byte[] results)
    {
        _types.Add([0x60, .. Vector(parameters), .. Vector(results)]);
        return _types.Count - 1;
    }

    /// <summary>Adds a type in binary form.</summary>
    public int Type(params byte[] definition)
    {
        _types.Add(definition);
        return _types.Count - 1;
    }

    public void Tag(int type, string? export = null)
    {
        _tags.Add([0, .. Unsigned(type)]);
        if (export is not null)
        {
            _exports.Add([.. Name(export), 4, .. Unsigned(_tags.Count - 1)]);
        }
    }

    /// <summary>Adds a global in binary form.</summary>
    public void Global(params byte[] definition) => _globals.Add(definition);

    /// <summary>Adds a table in binary form.</summary>
    public void TableOf(params byte[] definition) => _tables.Add(definition);

    public int ImportFunction(string module, string name, int type)
    {
        _imports.Add([.. Name(module), .. Name(name), 0, .. Unsigned(type)]);
        return _importedFunctions++;
    }

    /// <summary>Adds and exports a function that has locals whose types take several bytes.</summary>
    public int Function(string name, int type, (int Count, byte Type)[] locals, byte[] code, params (int Count, byte[] Type)[] more)
    {
        var index = _importedFunctions + _functions.Count;
        _functions.Add(Unsigned(type));
        byte[] body =
        [
            .. Unsigned(locals.Length + more.Length), .. locals.SelectMany(local => (byte[])[.. Unsigned(local.Count), local.Type]),
            .. more.SelectMany(local => (byte[])[.. Unsigned(local.Count), .. local.Type]), .. code, 0x0B,
        ];
        _bodies.Add([.. Unsigned(body.Length), .. body]);
        _exports.Add([.. Name(name), 0, .. Unsigned(index)]);
        return index;
    }

    public void ExportGlobal(string name, int index) => _exports.Add([.. Name(name), 3, .. Unsigned(index)]);

    /// <summary>Adds a function and exports it under its name, if it has one; the final <c>end</c> is added.</summary>
    public int Function(string name, int type, (int Count, byte Type)[] locals, params byte[] code)
    {
        var index = _importedFunctions + _functions.Count;
        _functions.Add(Unsigned(type));
        byte[] body =
        [
            .. Unsigned(locals.Length), .. locals.SelectMany(local => (byte[])[.. Unsigned(local.Count), local.Type]), .. code, 0x0B,
        ];
        _bodies.Add([.. Unsigned(body.Length), .. body]);
        if (name.Length > 0)
        {
            _exports.Add([.. Name(name), 0, .. Unsigned(index)]);
            _names.Add([.. Unsigned(index), .. Name(name)]);
        }
        return index;
    }

    public int Function(string name, byte[] parameters, byte[] results, params byte[] code) =>
        Function(name, Type(parameters, results), [], code);

    public void Table(int size) => _tables.Add([0x70, 0, .. Unsigned(size)]);

    public void Memory(int minimum, int? maximum = null) =>
        _memories.Add(maximum is { } most ? [1, .. Unsigned(minimum), .. Unsigned(most)] : [0, .. Unsigned(minimum)]);

    public void SharedMemory(int minimum, int maximum) => _memories.Add([3, .. Unsigned(minimum), .. Unsigned(maximum)]);

    public void ImportSharedMemory(string module, string name, int minimum, int maximum) =>
        _imports.Add([.. Name(module), .. Name(name), 2, 3, .. Unsigned(minimum), .. Unsigned(maximum)]);

    public void ExportMemory(string name) => _exports.Add([.. Name(name), 2, 0]);

    public void GlobalI32(int value) => _globals.Add([Op.TypeI32, 1, Op.I32Const, .. Signed(value), 0x0B]);

    public void Elements(int offset, params int[] functions) =>
        _elements.Add([0, Op.I32Const, .. Signed(offset), 0x0B, .. Unsigned(functions.Length), .. functions.SelectMany(Unsigned)]);

    /// <summary>Adds an element segment in binary form.</summary>
    public void ElementsOf(params byte[] definition) => _elements.Add(definition);

    public void Data(int offset, params byte[] bytes) =>
        _data.Add([0, Op.I32Const, .. Signed(offset), 0x0B, .. Vector(bytes)]);

    public byte[] ToBytes() =>
    [
        0, (byte)'a', (byte)'s', (byte)'m', 1, 0, 0, 0,
        .. Section(1, _types), .. Section(2, _imports), .. Section(3, _functions), .. Section(4, _tables),
        .. Section(5, _memories), .. Section(13, _tags), .. Section(6, _globals), .. Section(7, _exports), .. Section(9, _elements),
        .. Section(10, _bodies), .. Section(11, _data), .. NameSection(),
    ];

    public WasmModule ToModule(WasmFeatures features = WasmFeatures.Default) => WasmModule.Load(ToBytes(), features);

    public static byte[] Unsigned(int value)
    {
        var bytes = new List<byte>();
        var rest = (uint)value;
        do
        {
            bytes.Add((byte)((rest & 0x7F) | (rest > 0x7F ? 0x80u : 0)));
            rest >>= 7;
        }
        while (rest != 0);
        return [.. bytes];
    }

    public static byte[] Signed(long value)
    {
        var bytes = new List<byte>();
        while (value is < -64 or > 63)
        {
            bytes.Add((byte)((value & 0x7F) | 0x80));
            value >>= 7;
        }
        bytes.Add((byte)(value & 0x7F));
        return [.. bytes];
    }

    private static byte[] Vector(byte[] bytes) => [.. Unsigned(bytes.Length), .. bytes];

    private static byte[] Name(string name) => Vector(Encoding.UTF8.GetBytes(name));

    private static byte[] Section(byte id, List<byte[]> entries)
    {
        if (entries.Count == 0)
        {
            return [];
        }
        byte[] contents = [.. Unsigned(entries.Count), .. entries.SelectMany(entry => entry)];
        return [id, .. Vector(contents)];
    }

    private byte[] NameSection()
    {
        byte[] functions = [.. Unsigned(_names.Count), .. _names.SelectMany(name => name)];
        return [0, .. Vector([.. Name("name"), 1, .. Vector(functions)])];
    }
}
