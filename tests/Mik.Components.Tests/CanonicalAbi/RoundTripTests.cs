using System.Text;
using Mik.Components.HostBinding;
using Mik.Components.Linking;
using Mik.Components.Model;

namespace Mik.Components.Tests.CanonicalAbi;

/// <summary>
/// Every type goes from the host into a guest, through the guest into a host function, and all the way back: typed C# on
/// both sides, then dynamic values on both sides.
/// </summary>
public sealed class RoundTripTests
{
    private static readonly ComponentValueType U8 = Primitive(ComponentTypeKind.U8);
    private static readonly ComponentValueType U32 = Primitive(ComponentTypeKind.U32);
    private static readonly ComponentValueType U64 = Primitive(ComponentTypeKind.U64);
    private static readonly ComponentValueType F32 = Primitive(ComponentTypeKind.F32);
    private static readonly ComponentValueType F64 = Primitive(ComponentTypeKind.F64);
    private static readonly ComponentValueType Text = Primitive(ComponentTypeKind.String);

    private static readonly RecordType PointType = new([new("x-pos", Primitive(ComponentTypeKind.S16)), new("y-pos", F64), new("label", Text)]);
    private static readonly VariantType ShapeType = new(
        [new("none", null), new("circle", F32), new("square", U64), new("named", PointType), new("other", null)]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Echo_Bool_ComesBack(bool value) => Check(Primitive(ComponentTypeKind.Bool), value, value);

    [Fact]
    public void Echo_Integers_ComeBack()
    {
        Check(Primitive(ComponentTypeKind.S8), sbyte.MinValue, sbyte.MinValue);
        Check(U8, byte.MaxValue, byte.MaxValue);
        Check(Primitive(ComponentTypeKind.S16), short.MinValue, short.MinValue);
        Check(Primitive(ComponentTypeKind.U16), ushort.MaxValue, ushort.MaxValue);
        Check(Primitive(ComponentTypeKind.S32), int.MinValue, int.MinValue);
        Check(U32, uint.MaxValue, uint.MaxValue);
        Check(Primitive(ComponentTypeKind.S64), long.MinValue, long.MinValue);
        Check(U64, ulong.MaxValue, ulong.MaxValue);
    }

    [Fact]
    public void Echo_Floats_ComeBack()
    {
        Check(F32, -0.5f, -0.5f);
        Check(F32, float.NaN, float.NaN);
        Check(F64, double.NegativeInfinity, double.NegativeInfinity);
        Check(F64, double.NaN, double.NaN);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0xD7FF)]
    [InlineData(0xE000)]
    [InlineData(0x10FFFF)]
    public void Echo_Char_ComesBack(int value) => Check(Primitive(ComponentTypeKind.Char), new Rune(value), new Rune(value));

    [Theory]
    [InlineData("", StringEncoding.Utf8)]
    [InlineData("plain", StringEncoding.Utf8)]
    [InlineData("hö☃🍰", StringEncoding.Utf8)]
    [InlineData("", StringEncoding.Utf16)]
    [InlineData("hö☃🍰", StringEncoding.Utf16)]
    [InlineData("", StringEncoding.Latin1OrUtf16)]
    [InlineData("hö", StringEncoding.Latin1OrUtf16)]
    [InlineData("hö☃🍰", StringEncoding.Latin1OrUtf16)]
    public void Echo_String_ComesBack(string value, StringEncoding encoding)
    {
        Check(Text, value, value, encoding);
        Check(new ListType(Text), new[] { value, "x", value }, new[] { value, "x", value }, encoding);
    }

    [Fact]
    public void Echo_LoneSurrogateOfTheHost_BecomesReplacementCharacter()
    {
        foreach (var encoding in Enum.GetValues<StringEncoding>())
        {
            var function = new HostMethodFunction("f", new HostMethod(typeof(Echoes).GetMethod(nameof(Echoes.Echo))!.MakeGenericMethod(typeof(string))));
            var compiled = TestGuest.Echo(Unary(Text), encoding).Compile(function);
            using var instance = compiled.Instantiate();
            Assert.Equal("a\uFFFDb", compiled.BindExport<Run<string>>("", "run")!(instance, "a\uD800b"));
        }
    }

    [Fact]
    public void Echo_Lists_ComeBack()
    {
        Check(new ListType(U8), new byte[] { 1, 2, 255 }, new byte[] { 1, 2, 255 });
        Check(new ListType(U8), Array.Empty<byte>(), Array.Empty<byte>());
        Check(new ListType(U64), new[] { 1ul, ulong.MaxValue }, new[] { 1ul, ulong.MaxValue });
        Check(new ListType(F32), new[] { 1f, float.NaN }, new[] { 1f, float.NaN });
        Check(new ListType(Primitive(ComponentTypeKind.Bool)), new[] { true, false, true }, new[] { true, false, true });
        Check(new ListType(new ListType(U32)), new uint[][] { [1, 2], [], [3] }, new uint[][] { [1, 2], [], [3] });
        Check(new ListType(new ListType(Text)), new string[][] { ["a", "bc"], [], [""] }, new string[][] { ["a", "bc"], [], [""] });
        Check(
            new ListType(new ListType(new ListType(Text))), new string[][][] { [["a"], []], [], [["", "b"]] },
            new string[][][] { [["a"], []], [], [["", "b"]] });
    }

    [Fact]
    public void Echo_RecordAndTuple_ComeBack()
    {
        Check(PointType, new Point(-7, 2.5, "here"), new object?[] { (short)-7, 2.5, "here" });
        Check(new ListType(PointType), new[] { new Point(1, 2, "a"), new Point(3, 4, "b") }, new object?[][] { [(short)1, 2.0, "a"], [(short)3, 4.0, "b"] });
        Check(new TupleType([U8, U64, Text]), ((byte)1, 2ul, "three"), new object?[] { (byte)1, 2ul, "three" });
    }

    [Fact]
    public void Echo_RecordOfTwentyFields_GoesThroughMemory()
    {
        var type = new TupleType([.. Enumerable.Repeat((ComponentValueType)new TupleType([U64, U8, F32]), 6)]);
        var part = (1ul, (byte)2, 3f);
        Check(type, (part, part, part, part, part, part), Enumerable.Repeat<object?>(new object?[] { 1ul, (byte)2, 3f }, 6).ToArray());
    }

    [Fact]
    public void Echo_Variant_ComesBackInEveryCase()
    {
        Check(ShapeType, new Shape(0, null), new VariantValue(0));
        Check(ShapeType, new Shape(1, 1.5f), new VariantValue(1, 1.5f));
        Check(ShapeType, new Shape(2, ulong.MaxValue), new VariantValue(2, ulong.MaxValue));
        Check(ShapeType, new Shape(3, new Point(1, 2, "p")), new VariantValue(3, new object?[] { (short)1, 2.0, "p" }));
        Check(ShapeType, new Shape(4, null), new VariantValue(4));
        Check(new ListType(ShapeType), new[] { new Shape(2, 9ul), new Shape(4, null) }, new object?[] { new VariantValue(2, 9ul), new VariantValue(4) });
    }

    [Fact]
    public void Echo_EnumAndFlags_ComeBack()
    {
        Check(new EnumType(["red", "dark-green"]), Colour.DarkGreen, 1);
        Check(new FlagsType(["read", "write", "run-it"]), Rights.Read | Rights.RunIt, 5u);
        var many = new FlagsType([.. Enumerable.Range(0, 32).Select(i => $"f{i}")]);
        Check(new ListType(new EnumType(["red", "dark-green"])), new[] { Colour.Red, Colour.DarkGreen }, new[] { 0, 1 });
        CheckDynamic(many, uint.MaxValue, StringEncoding.Utf8);
    }

    [Fact]
    public void Echo_Options_ComeBack()
    {
        Check(new OptionType(U32), (uint?)7, new VariantValue(1, 7u));
        Check(new OptionType(U32), (uint?)null, new VariantValue(0));
        Check(new OptionType(Text), "text", new VariantValue(1, "text"));
        CheckTyped<string?>(new OptionType(Text), null, StringEncoding.Utf8);
        Check(new OptionType(new OptionType(U8)), new Option<byte?>(true, null), new VariantValue(1, new VariantValue(0)));
        Check(new OptionType(new OptionType(U8)), new Option<byte?>(false, null), new VariantValue(0));
        Check(new OptionType(new OptionType(U8)), new Option<byte?>(true, 3), new VariantValue(1, new VariantValue(1, (byte)3)));
    }

    [Fact]
    public void Echo_Results_ComeBack()
    {
        Check(new ResultType(U64, Text), Result<ulong, string>.Ok(5), new VariantValue(0, 5ul));
        Check(new ResultType(U64, Text), Result<ulong, string>.Err("no"), new VariantValue(1, "no"));
        Check(new ResultType(null, F32), Result<Unit, float>.Ok(default), new VariantValue(0));
        Check(new ResultType(null, null), Result<Unit, Unit>.Err(default), new VariantValue(1));
        Check(new ResultType(F64, F32), Result<double, float>.Err(2.5f), new VariantValue(1, 2.5f));
    }

    [Fact]
    public void Echo_FixedLengthList_ComesBack()
    {
        Check(new ListType(U32, 3), new uint[] { 1, 2, 3 }, new uint[] { 1, 2, 3 });
        Check(new ListType(Text, 12), Enumerable.Repeat("s", 12).ToArray(), Enumerable.Repeat("s", 12).ToArray());
    }

    [Fact]
    public void Echo_ThirtyParameters_GoThroughMemory()
    {
        var type = new ComponentFunctionType([.. Enumerable.Range(0, 30).Select(i => new RecordField($"p{i}", i % 2 == 0 ? U8 : Text))], Text);
        using var instance = TestGuest.Echo(type).Instantiate(new DelegateFunction("f", type, arguments => string.Concat(arguments.ToArray())));
        var arguments = Enumerable.Range(0, 30).Select(i => i % 2 == 0 ? (object?)(byte)i : "-").ToArray();
        Assert.Equal(string.Concat(arguments), instance.GetFunction("run")!.Call(arguments));
    }

    [Fact]
    public void Call_StringAndBytesAsSpans_SeeTheGuestsMemory()
    {
        var type = new ComponentFunctionType([new("a", Text), new("b", new ListType(U8))], U32);
        foreach (var encoding in Enum.GetValues<StringEncoding>())
        {
            var function = new HostMethodFunction("f", new HostMethod(typeof(Echoes).GetMethod(nameof(Echoes.Measure))!));
            using var instance = TestGuest.Echo(type, encoding).Instantiate(function);
            Assert.Equal(7003u, instance.GetFunction("run")!.Call("hö🍰", new byte[] { 1, 2, 3 }));
        }
    }

    private static void Check<T>(ComponentValueType type, T typed, object dynamic, StringEncoding encoding = StringEncoding.Utf8)
    {
        CheckTyped(type, typed, encoding);
        CheckDynamic(type, dynamic, encoding);
    }

    private static void CheckTyped<T>(ComponentValueType type, T value, StringEncoding encoding)
    {
        var echo = typeof(Echoes).GetMethod(nameof(Echoes.Echo))!.MakeGenericMethod(typeof(T));
        var compiled = TestGuest.Echo(Unary(type), encoding).Compile(new HostMethodFunction("f", new HostMethod(echo)));
        using var instance = compiled.Instantiate();
        var run = compiled.BindExport<Run<T>>("", "run")!;
        Assert.Equal(value, run(instance, value));
        Assert.Equal(value, run(instance, value));
    }

    private static void CheckDynamic(ComponentValueType type, object value, StringEncoding encoding)
    {
        object? seen = null;
        var function = new DelegateFunction("f", Unary(type), arguments => seen = arguments[0]);
        using var instance = TestGuest.Echo(Unary(type), encoding).Instantiate(function);
        var result = instance.GetFunction("run")!.Call(value);
        Assert.Equal(Flatten(value), Flatten(result));
        Assert.Equal(Flatten(value), Flatten(seen));
    }

    // VariantValue compares payloads by reference when they are arrays; text does not.
    private static string Flatten(object? value) => value switch
    {
        null => "null",
        Array array => $"[{string.Join(",", array.Cast<object?>().Select(Flatten))}]",
        VariantValue variant => $"{variant.Case}({Flatten(variant.Payload)})",
        _ => FormattableString.Invariant($"{value.GetType().Name} {value}"),
    };

    private static ComponentFunctionType Unary(ComponentValueType type) => new([new("value", type)], type);

    private static PrimitiveType Primitive(ComponentTypeKind kind) => new(kind);
}

/// <summary>An export that gives back what it gets.</summary>
public delegate T Run<T>(ComponentInstance instance, T value);

/// <summary>Host functions.</summary>
public static class Echoes
{
    public static T Echo<T>(T value) => value;

    public static uint Measure(ReadOnlySpan<byte> text, ReadOnlySpan<byte> bytes) => (uint)((text.Length * 1000) + bytes.Length);
}

/// <summary><c>record point</c>.</summary>
public readonly record struct Point(short XPos, double YPos, string Label);

/// <summary><c>variant shape</c>.</summary>
[WitCase("none")]
[WitCase("circle", typeof(float))]
[WitCase("square", typeof(ulong))]
[WitCase("named", typeof(Point))]
[WitCase("other")]
public readonly record struct Shape(int Case, object? Payload) : IWitVariant;

/// <summary><c>enum colour</c>.</summary>
public enum Colour
{
    Red,
    DarkGreen,
}

/// <summary><c>flags rights</c>.</summary>
[Flags]
public enum Rights
{
    None = 0,
    Read = 1,
    Write = 2,
    RunIt = 4,
}
