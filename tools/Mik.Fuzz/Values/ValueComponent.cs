using Mik.Components.Model;
using Mik.Wasm.Model;

namespace Mik.Fuzz.Values;

/// <summary>
/// A component of two guests. One calls a function of the other whose type is random, with random arguments and a random result, each
/// guest with an encoding of its own. <c>run</c> gives a hash of what the caller sees, then <c>seen</c> one of what the other saw.
/// </summary>
internal static class ValueComponent
{
    private static readonly StringEncoding[] Encodings = [StringEncoding.Utf8, StringEncoding.Utf16, StringEncoding.Latin1OrUtf16];

    /// <summary>The component of a seed.</summary>
    public static byte[] Generate(ulong seed)
    {
        var random = new RandomSource(seed);
        for (; ; )
        {
            try
            {
                return Generate(random);
            }
            catch (InvalidOperationException)
            {
                // The values did not fit in the memory; the next ones may.
            }
        }
    }

    private static byte[] Generate(RandomSource random)
    {
        var type = new ValueTypeGenerator(random).Function();
        var damage = random.OneIn(3) ? 5 + random.Below(100) : 0;
        var names = 0;
        var callee = Callee(random, type, damage, ref names);
        var caller = Caller(random, type, damage);
        var component = Preamble();
        component.Byte(4).Sized(content => content.Bytes(callee));
        component.Byte(4).Sized(content => content.Bytes(caller));
        component.Byte(5).Sized(section => section.Bytes([1, 0, 0, 0]));
        string[] types = [.. Enumerable.Range(0, names).Select(i => $"t{i}")];
        // Functions 0 and 1, types from 0 on.
        component.Byte(6).Sized(
            section => section.Items(["f", "seen", .. types], (item, name) => item.Byte(name[0] == 't' ? 3 : 1).Byte(0).Unsigned(0).Name(name)));
        component.Byte(5).Sized(section => section.Bytes([1, 0, 1]).Items(["f", .. types], (item, name) =>
            item.Name(name).Byte(name == "f" ? 1 : 3).Unsigned(name == "f" ? 0 : (ulong)Array.IndexOf(types, name))));
        component.Byte(6).Sized(section => section.Bytes([1, 1, 0, 1]).Name("run"));
        component.Byte(11).Sized(
            section => section.Items(["run", "seen"], (item, name) => item.Byte(0).Name(name).Byte(1).Unsigned(name == "run" ? 2ul : 1).Byte(0)));
        return component.ToArray();
    }

    private static byte[] Callee(RandomSource random, ComponentFunctionType type, int damage, ref int names)
    {
        var encoding = random.Pick<StringEncoding>(Encodings);
        var image = new MemoryImage(random, encoding, damage);
        var core = FlatTypes.FlattenFunctionType(type, WasmValueType.I32, FlatteningContext.Lift);
        CoreValue[] results = type.Result is not { } result ? []
            : FlatTypes.FlattenResult(type, WasmValueType.I32) is null ? [image.StoreAll([result])] : [.. image.Flatten(result)];
        var component = Preamble();
        var types = new GuestTypes(component, isImported: false);
        var index = types.Define(type);
        names = types.NameCount;
        Module(component, new GuestModules(random).Callee(image.Bytes, core, results));
        component.Bytes([2, 4, 1, 0, 0, 0]);
        Alias(component, 0, "memory", "realloc", "f", "post", "finish");
        component.Bytes([7, 5, 1, 0x40, 0, 0, 0x77]);
        var withPostReturn = random.OneIn(2);
        component.Byte(8).Sized(section =>
        {
            section.Bytes([2, 0, 0, 1]).Unsigned(withPostReturn ? 4u : 3u);
            Options(section, encoding);
            section.Bytes(withPostReturn ? [5, 2] : []).Unsigned((ulong)index);
            section.Bytes([0, 0, 3, 0]).Unsigned((ulong)index + 1);
        });
        component.Byte(11).Sized(
            section => section.Items(["f", "seen"], (item, name) => item.Byte(0).Name(name).Byte(1).Unsigned(name == "f" ? 0ul : 1).Byte(0)));
        return component.ToArray();
    }

    private static byte[] Caller(RandomSource random, ComponentFunctionType type, int damage)
    {
        var encoding = random.Pick<StringEncoding>(Encodings);
        var image = new MemoryImage(random, encoding, damage);
        var core = FlatTypes.FlattenFunctionType(type, WasmValueType.I32, FlatteningContext.Lower);
        ComponentValueType[] parameters = [.. type.Parameters.Select(parameter => parameter.Type)];
        List<CoreValue> arguments = FlatTypes.FlattenParameters(type, WasmValueType.I32) is null
            ? [image.StoreAll(parameters)] : [.. parameters.SelectMany(image.Flatten)];
        if (type.Result is not null && FlatTypes.FlattenResult(type, WasmValueType.I32) is null)
        {
            arguments.Add(image.Area(type.Result));
        }
        var component = Preamble();
        var index = new GuestTypes(component, isImported: true).Define(type);
        component.Byte(10).Sized(section => section.Bytes([1, 0]).Name("f").Byte(1).Unsigned((ulong)index));
        Module(component, new GuestModules(random).Library(image.Bytes));
        Module(component, GuestModules.Caller(core, arguments));
        component.Bytes([2, 4, 1, 0, 0, 0]);
        Alias(component, 0, "memory", "realloc", "mix", "finish");
        component.Byte(8).Sized(section => Options(section.Bytes([1, 1, 0, 0, 3]), encoding));
        component.Byte(2).Sized(section =>
        {
            section.Bytes([2, 1]).Items(["f", "mix", "finish"], (item, name) => item.Name(name).Byte(0).Unsigned(name switch { "f" => 3, "mix" => 1, _ => 2 }));
            section.Bytes([0, 1, 1]).Name("env").Bytes([0x12, 1]);
        });
        Alias(component, 2, "run");
        component.Bytes([7, 5, 1, 0x40, 0, 0, 0x77]);
        component.Byte(8).Sized(section => section.Bytes([1, 0, 0, 4, 0]).Unsigned((ulong)index + 1));
        component.Byte(11).Sized(section => section.Bytes([1, 0]).Name("run").Bytes([1, 1, 0]));
        return component.ToArray();
    }

    // Memory 0 and function 0 are the library's memory and realloc.
    private static void Options(ByteWriter section, StringEncoding encoding) =>
        section.Byte(encoding switch { StringEncoding.Utf8 => 0, StringEncoding.Utf16 => 1, _ => 2 }).Bytes([3, 0, 4, 0]);

    private static void Alias(ByteWriter component, int instance, params string[] names) => component.Byte(6).Sized(section =>
        section.Items(names, (item, name) => item.Byte(0).Byte(name == "memory" ? 2 : 0).Byte(1).Unsigned((ulong)instance).Name(name)));

    private static void Module(ByteWriter component, byte[] module) => component.Byte(1).Sized(content => content.Bytes(module));

    private static ByteWriter Preamble() => new ByteWriter().Bytes("\0asm"u8).Bytes([0x0D, 0, 1, 0]);
}
