using System.Collections.Immutable;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;
using static Mik.Wasm.Model.WasmValueType;

namespace Mik.Fuzz.Modules;

/// <summary>
/// Makes valid modules at random: a memory, a table, globals and a handful of functions that end, because each function and each
/// loop takes from a fuel global. Floats that may be NaN are made canonical at once, since engines may choose NaN bits freely.
/// </summary>
internal sealed class ModuleGenerator
{
    public const int TableSize = 8;
    public const int FuelGlobal = 0;
    private const int Fuel = 400;
    private static readonly WasmValueType[] Numbers = [I32, I64, F32, F64];

    private readonly RandomSource _random;
    private readonly List<FunctionType> _types = [];

    private ModuleGenerator(RandomSource random) => _random = random;

    /// <summary>The function types, by index.</summary>
    public IReadOnlyList<FunctionType> Types => _types;

    /// <summary>The type index of each function.</summary>
    public int[] Functions { get; private set; } = [];

    /// <summary>The types of the globals; the first is the fuel.</summary>
    public WasmValueType[] Globals { get; private set; } = [];

    /// <summary>Makes the module of a seed.</summary>
    public static GeneratedModule Generate(ulong seed)
    {
        var random = new RandomSource(seed);
        return new ModuleGenerator(random).Generate(seed, random);
    }

    /// <summary>A module from a file: each exported function is called twice.</summary>
    public static GeneratedModule FromFile(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var module = WasmModule.Load(bytes);
        var generator = new ModuleGenerator(new RandomSource(1));
        var calls = module.Exports.Where(export => export.Kind == ExternalKind.Function).SelectMany(export => Enumerable.Range(0, 2)
            .Select(_ => generator.RandomCall(export.Name, module.TypeOf(export).Function!.Parameters)));
        return new(0, bytes, [.. calls]);
    }

    /// <summary>The index of a block's type, made when it is new.</summary>
    public int TypeIndex(WasmValueType[] parameters, WasmValueType[] results)
    {
        var type = new FunctionType(parameters, results);
        var index = _types.IndexOf(type);
        if (index < 0)
        {
            index = _types.Count;
            _types.Add(type);
        }
        return index;
    }

    private GeneratedModule Generate(ulong seed, RandomSource random)
    {
        Functions = [.. Enumerable.Range(0, 2 + random.Below(5)).Select(_ => TypeIndex(RandomTypes(4), RandomTypes(3)))];
        Globals = [I32, .. Enumerable.Range(0, random.Below(6)).Select(_ => RandomType())];
        var bodies = Functions.Select(type => new FunctionGenerator(this, random, _types[type]).Generate()).ToArray();
        var exports = Enumerable.Range(0, Functions.Length)
            .Where(index => _types[Functions[index]] is var type && !type.Parameters.Contains(V128) && !type.Results.Contains(V128)).ToArray();
        var calls = exports.SelectMany(index => Enumerable.Range(0, 2).Select(_ => RandomCall($"f{index}", _types[Functions[index]].Parameters))).ToArray();
        return new(seed, Write(bodies, exports), calls);
    }

    private WasmValueType[] RandomTypes(int most) => [.. Enumerable.Range(0, _random.Below(most + 1)).Select(_ => RandomType())];

    private WasmValueType RandomType() => _random.OneIn(8) ? V128 : _random.Pick<WasmValueType>(Numbers);

    private GeneratedCall RandomCall(string function, ImmutableArray<WasmValueType> types) =>
        new(function, [.. types], [.. types.Select(type => type.Kind switch
        {
            WasmTypeKind.I32 => (uint)_random.Integer(),
            WasmTypeKind.I64 => (ulong)_random.Integer(),
            WasmTypeKind.F32 => BitConverter.SingleToUInt32Bits((float)_random.Float()),
            _ => BitConverter.DoubleToUInt64Bits(_random.Float()),
        })]);

    private byte[] Write(byte[][] bodies, int[] exports)
    {
        var module = new ByteWriter().Bytes("\0asm"u8).Bytes([1, 0, 0, 0]);
        Section(module, 1, _types.Count, (section, i) =>
        {
            section.Byte(0x60);
            WriteTypes(section, _types[i].Parameters.AsSpan());
            WriteTypes(section, _types[i].Results.AsSpan());
        });
        Section(module, 3, Functions.Length, (section, i) => section.Unsigned((ulong)Functions[i]));
        Section(module, 4, 1, (section, _) => section.Byte(0x70).Byte(0).Unsigned(TableSize));
        Section(module, 5, 1, (section, _) => section.Byte(1).Unsigned(1).Unsigned(3));
        Section(module, 6, Globals.Length, (section, i) => WriteGlobal(section, Globals[i], i == FuelGlobal));
        Section(module, 7, exports.Length + 1 + Globals.Count(type => type != V128), WriteExports(exports));
        Section(module, 9, 1, (section, _) =>
        {
            // One element is left null, and functions repeat so that every type is there.
            section.Unsigned(0).Byte(0x41).Signed(0).Byte(0x0B).Unsigned(TableSize - 1);
            for (var i = 0; i < TableSize - 1; i++)
            {
                section.Unsigned((ulong)(i % Functions.Length));
            }
        });
        Section(module, 12, 2, null);
        Section(module, 10, bodies.Length, (section, i) => section.Sized(body => body.Bytes(bodies[i])));
        Section(module, 11, 2, (section, i) =>
        {
            section.Byte(i == 0 ? 0 : 1);
            if (i == 0)
            {
                section.Byte(0x41).Signed(_random.Below(1000)).Byte(0x0B);
            }
            section.Unsigned(64);
            for (var at = 0; at < 64; at++)
            {
                section.Byte((int)_random.Next());
            }
        });
        return module.ToArray();
    }

    private Action<ByteWriter, int> WriteExports(int[] exports)
    {
        var globals = Enumerable.Range(0, Globals.Length).Where(index => Globals[index] != V128).ToArray();
        return (section, i) =>
        {
            if (i < exports.Length)
            {
                section.Name($"f{exports[i]}").Byte(0).Unsigned((ulong)exports[i]);
            }
            else if (i == exports.Length)
            {
                section.Name("memory").Byte(2).Unsigned(0);
            }
            else
            {
                var global = globals[i - exports.Length - 1];
                section.Name($"g{global}").Byte(3).Unsigned((ulong)global);
            }
        };
    }

    private void WriteGlobal(ByteWriter section, WasmValueType type, bool isFuel)
    {
        section.Byte((int)type.Kind).Byte(1);
        FunctionGenerator.WriteConstant(section, _random, type, isFuel ? Fuel : null);
        section.Byte(0x0B);
    }

    private static void WriteTypes(ByteWriter section, ReadOnlySpan<WasmValueType> types)
    {
        section.Unsigned((ulong)types.Length);
        foreach (var type in types)
        {
            section.Byte((int)type.Kind);
        }
    }

    private static void Section(ByteWriter module, int id, int count, Action<ByteWriter, int>? item)
    {
        module.Byte(id).Sized(section =>
        {
            section.Unsigned((ulong)count);
            for (var i = 0; item is not null && i < count; i++)
            {
                item(section, i);
            }
        });
    }
}
