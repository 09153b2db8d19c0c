using Mik.Fuzz.Modules;
using Mik.Wasm.Model;

namespace Mik.Fuzz.Objects;

/// <summary>
/// Makes valid modules at random that use structures, arrays, references to functions, casts and exceptions. What the functions do with objects is seen
/// in the numbers that they return and write to memory and globals; all of them end, as those of <see cref="ModuleGenerator"/> do.
/// </summary>
internal sealed class ObjectModuleGenerator
{
    private const int Fuel = 400;
    private static readonly ValueOf[] Numbers = [ValueOf.I32, ValueOf.I64, ValueOf.F32, ValueOf.F64];

    private readonly RandomSource _random;

    private ObjectModuleGenerator(RandomSource random)
    {
        _random = random;
        Types = new ObjectTypes(random);
        Functions = [.. Enumerable.Range(0, 2 + random.Below(3)).Select(_ => Types.FunctionType(Some(Numbers, 3), Some(Numbers, 2))), .. OfTypes()];
        Tags = [.. Enumerable.Range(0, 2).Select(_ => Types.FunctionType([.. Enumerable.Range(0, random.Below(3)).Select(_ => Types.Random())], []))];
        Globals = [ValueOf.I32, .. Enumerable.Range(0, 2 + random.Below(4)).Select(_ => Types.Random())];
    }

    /// <summary>The types.</summary>
    public ObjectTypes Types { get; }

    /// <summary>The type index of each function.</summary>
    public int[] Functions { get; }

    /// <summary>The type index of each tag.</summary>
    public int[] Tags { get; }

    /// <summary>The types of the globals; the first is the fuel.</summary>
    public ValueOf[] Globals { get; }

    /// <summary>Makes the module of a seed.</summary>
    public static GeneratedModule Generate(ulong seed)
    {
        var random = new RandomSource(seed);
        return new ObjectModuleGenerator(random).Generate(seed, random);
    }

    private GeneratedModule Generate(ulong seed, RandomSource random)
    {
        var bodies = Functions.Select((_, index) => new ObjectFunctionGenerator(this, random, index).Generate()).ToArray();
        int[] exports = [.. Enumerable.Range(0, Functions.Length).Where(index => IsCallable(Types.All[Functions[index]]))];
        var calls = exports.SelectMany(index => Enumerable.Range(0, 2).Select(_ => RandomCall(index)));
        return new(seed, Write(bodies, exports), [.. calls]);
    }

    // A function of each function type, so that references to them can be made.
    private int[] OfTypes() => [.. Enumerable.Range(0, Types.All.Count).Where(index => Types.All[index].Form == FormOf.Function)];

    private ValueOf[] Some(ValueOf[] types, int most) => [.. Enumerable.Range(0, _random.Below(most + 1)).Select(_ => _random.Pick<ValueOf>(types))];

    private static bool IsCallable(ObjectType type) => type.Parameters.Concat(type.Results).All(value => value.IsNumber && value != ValueOf.V128);

    private GeneratedCall RandomCall(int function)
    {
        WasmValueType[] types = [.. Types.All[Functions[function]].Parameters.Select(value => new WasmValueType((WasmTypeKind)value.Code))];
        return new($"f{function}", types, [.. types.Select(type => type.Kind switch
        {
            WasmTypeKind.I32 => (uint)_random.Integer(),
            WasmTypeKind.I64 => (ulong)_random.Integer(),
            WasmTypeKind.F32 => BitConverter.SingleToUInt32Bits((float)_random.Float()),
            _ => BitConverter.DoubleToUInt64Bits(_random.Float()),
        })]);
    }

    private byte[] Write(byte[][] bodies, int[] exports)
    {
        int[] globals = [.. Enumerable.Range(0, Globals.Length).Where(index => Globals[index].IsNumber && Globals[index] != ValueOf.V128)];
        var module = new ByteWriter().Bytes("\0asm"u8).Bytes([1, 0, 0, 0]);
        Section(module, 1, Types.Write);
        Section(module, 3, section => section.Items(Functions, (code, type) => code.Unsigned((ulong)type)));
        Section(module, 5, section => section.Byte(1).Byte(1).Unsigned(1).Unsigned(1));
        Section(module, 13, section => section.Items(Tags, (code, type) => code.Byte(0).Unsigned((ulong)type)));
        Section(module, 6, section => section.Items([.. Enumerable.Range(0, Globals.Length)], WriteGlobal));
        Section(module, 7, section =>
        {
            section.Unsigned((ulong)(exports.Length + globals.Length + 1)).Name("memory").Byte(2).Unsigned(0);
            Array.ForEach(exports, index => section.Name($"f{index}").Byte(0).Unsigned((ulong)index));
            Array.ForEach(globals, index => section.Name($"g{index}").Byte(3).Unsigned((ulong)index));
        });
        // All functions are declared, so that code may refer to them.
        Section(
            module, 9,
            section => section.Byte(1).Unsigned(3).Byte(0).Items([.. Enumerable.Range(0, Functions.Length)], (code, index) => code.Unsigned((ulong)index)));
        Section(module, 12, section => section.Byte(1));
        Section(module, 10, section => section.Items(bodies, (code, body) => code.Sized(inner => inner.Bytes(body))));
        Section(module, 11, section =>
        {
            section.Byte(1).Byte(1).Unsigned(64);
            for (var i = 0; i < 64; i++)
            {
                section.Byte((int)_random.Next());
            }
        });
        return module.ToArray();
    }

    private void WriteGlobal(ByteWriter section, int index)
    {
        Globals[index].Write(section);
        section.Byte(1);
        if (Globals[index].IsNumber)
        {
            FunctionGenerator.WriteConstant(section, _random, new((WasmTypeKind)Globals[index].Code), index == ModuleGenerator.FuelGlobal ? Fuel : null);
        }
        else
        {
            section.Byte(0xD0);
            Globals[index].WriteHeap(section);
        }
        section.Byte(0x0B);
    }

    private static void Section(ByteWriter module, int id, Action<ByteWriter> write) => module.Byte(id).Sized(write);
}
