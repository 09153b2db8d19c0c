using System.Buffers.Binary;
using Mik.Components.HostBinding;
using Mik.Components.Linking;
using Mik.Components.Model;
using Mik.Wasm.Execution;
using static Mik.Components.Tests.CanonicalAbi.TestGuest;

namespace Mik.Components.Tests.CanonicalAbi;

/// <summary>Guests that pass bad pointers, lengths, text and numbers: each a trap that closes the instance, never anything else.</summary>
public sealed class HostileGuestTests
{
    private const int MemoryEnd = 16 * 65536;
    private static readonly ComponentValueType U8 = new PrimitiveType(ComponentTypeKind.U8);
    private static readonly ComponentValueType U32 = new PrimitiveType(ComponentTypeKind.U32);
    private static readonly ComponentValueType U64 = new PrimitiveType(ComponentTypeKind.U64);
    private static readonly ComponentValueType Rune = new PrimitiveType(ComponentTypeKind.Char);
    private static readonly ComponentValueType Text = new PrimitiveType(ComponentTypeKind.String);

    [Theory]
    [InlineData(0, MemoryEnd + 1)]
    [InlineData(MemoryEnd, 1)]
    [InlineData(MemoryEnd + 1, 0)]
    [InlineData(-3, 1)]
    [InlineData(-3, -1)]
    [InlineData(1, -1)]
    [InlineData(0, 1 << 28)]
    public void Call_RangeOutsideMemory_Traps(int pointer, int length)
    {
        AssertTraps(Text, [], ConstI32(pointer), ConstI32(length));
        AssertTraps(new ListType(U8), [], ConstI32(pointer), ConstI32(length));
        AssertTraps(new ListType(Text), [], ConstI32(pointer < 0 ? -4 : (pointer + 3) & -4), ConstI32(length));
        AssertTraps(Text, Pair(pointer, length), StringEncoding.Utf8, new TupleType([.. Enumerable.Repeat(Text, 9)]), ConstI32(ResultArea));
    }

    [Theory]
    [InlineData(0x2000_0000)]
    [InlineData(0x4000_0000)]
    [InlineData(-1)]
    public void Call_ListWhoseByteLengthOverflows_Traps(int length) => AssertTraps(new ListType(U64), [], ConstI32(0), ConstI32(length));

    [Fact]
    public void Call_MisalignedPointers_Trap()
    {
        AssertTraps(new ListType(U32), [], ConstI32(2), ConstI32(1));
        AssertTraps(new ListType(U64), [], ConstI32(4), ConstI32(0));
        AssertTraps(Text, [], StringEncoding.Utf16, null, ConstI32(1), ConstI32(1));
        AssertTraps(Text, [], StringEncoding.Latin1OrUtf16, null, ConstI32(1), ConstI32(1));
        AssertTraps(new TupleType([.. Enumerable.Repeat(U32, 17)]), [], ConstI32(ResultArea + 1));
    }

    [Theory]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    [InlineData(new byte[] { 0x61, 0xE2, 0x98 })]
    public void Call_InvalidUtf8_Traps(byte[] bytes)
    {
        AssertTraps(Text, bytes, ConstI32(ResultArea), ConstI32(bytes.Length));
        var method = new HostMethodFunction("f", new HostMethod(typeof(Consumers).GetMethod(nameof(Consumers.TakeUtf8))!));
        using var instance = Calling(new([new("v", Text)], null), bytes, ConstI32(ResultArea), ConstI32(bytes.Length)).Instantiate(method);
        AssertTrapsAndCloses(instance);
    }

    [Theory]
    [InlineData(new byte[] { 0x00, 0xD8 })]
    [InlineData(new byte[] { 0x00, 0xDC })]
    [InlineData(new byte[] { 0x00, 0xDC, 0x00, 0xD8 })]
    [InlineData(new byte[] { 0x61, 0x00, 0x00, 0xD8, 0x61, 0x00 })]
    public void Call_LoneSurrogate_Traps(byte[] bytes)
    {
        AssertTraps(Text, bytes, StringEncoding.Utf16, null, ConstI32(ResultArea), ConstI32(bytes.Length / 2));
        AssertTraps(Text, bytes, StringEncoding.Latin1OrUtf16, null, ConstI32(ResultArea), ConstI32((bytes.Length / 2) | int.MinValue));
    }

    [Theory]
    [InlineData(0xD800)]
    [InlineData(0xDFFF)]
    [InlineData(0x110000)]
    [InlineData(-1)]
    public void Call_NoScalarValue_Traps(int value)
    {
        AssertTraps(Rune, [], ConstI32(value));
        AssertTraps(new ListType(Rune), BitConverter.GetBytes(value), ConstI32(ResultArea), ConstI32(1));
    }

    [Fact]
    public void Call_CaseOutOfRange_Traps()
    {
        var variant = new VariantType([new("a", U32), new("b", null)]);
        AssertTraps(variant, [], ConstI32(2), ConstI32(0));
        AssertTraps(variant, [], ConstI32(-1), ConstI32(0));
        AssertTraps(new ListType(variant), [2, 0, 0, 0, 0, 0, 0, 0], ConstI32(ResultArea), ConstI32(1));
        AssertTraps(new EnumType(["a", "b"]), [], ConstI32(2));
        AssertTraps(new ListType(new EnumType(["a", "b"])), [255], ConstI32(ResultArea), ConstI32(1));
        AssertTraps(new OptionType(U8), [], ConstI32(2), ConstI32(0));
    }

    [Fact]
    public void Call_UpperBitsOfSmallNumbersAndFlags_AreDropped()
    {
        Assert.Equal((byte)0x34, Received(U8, ConstI32(0x1234)));
        Assert.Equal((sbyte)-1, Received(new PrimitiveType(ComponentTypeKind.S8), ConstI32(0xFF)));
        Assert.Equal(true, Received(new PrimitiveType(ComponentTypeKind.Bool), ConstI32(256)));
        Assert.Equal(1u, Received(new FlagsType(["a", "b"]), ConstI32(-3)));
    }

    [Theory]
    [InlineData(ResultArea + 1)]
    [InlineData(MemoryEnd - 4)]
    [InlineData(-8)]
    public void Call_ResultPointerNotFit_TrapsAfterTheCall(int pointer)
    {
        var called = 0;
        var type = new ComponentFunctionType([], Text);
        using var instance = Calling(type, [], ConstI32(pointer)).Instantiate(new DelegateFunction("f", type, _ =>
        {
            called++;
            return "text";
        }));
        AssertTrapsAndCloses(instance);
        Assert.Equal(1, called);
    }

    [Theory]
    [InlineData(MemoryEnd)]
    [InlineData(-1)]
    [InlineData(3)]
    public void Export_ReturnsBadPointer_Traps(int pointer)
    {
        using var instance = Returning(new TupleType([U32, U32]), [], ConstI32(pointer)).Instantiate();
        AssertTrapsAndCloses(instance);
    }

    [Fact]
    public void Export_ReturnsStringOutsideMemory_Traps()
    {
        using var instance = Returning(Text, Pair(MemoryEnd, 1), ConstI32(ResultArea)).Instantiate();
        AssertTrapsAndCloses(instance);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(MemoryEnd)]
    [InlineData(2)]
    public void Export_AllocatorGivesBadPointer_Traps(int pointer)
    {
        var guest = new TestGuest { Export = new([new("v", new ListType(U32))], null), Body = [], Allocator = ConstI32(pointer) };
        using var instance = guest.Instantiate();
        Assert.Throws<Trap>(() => instance.GetFunction("run")!.Call(new uint[] { 1 }));
        Assert.Throws<Trap>(() => instance.GetFunction("run")!.Call(new uint[] { 1 }));
    }

    [Fact]
    public void PostReturn_CallsOut_Traps()
    {
        var type = new ComponentFunctionType([], null);
        var guest = new TestGuest { Import = type, Export = type, Body = [], PostReturn = [0x10, 0] };
        using var instance = guest.Instantiate(new DelegateFunction("f", type, _ => null));
        var trap = Assert.Throws<Trap>(() => instance.GetFunction("run")!.Call());
        Assert.Equal("cannot leave component instance", trap.Message);
    }

    [Fact]
    public void Host_CallsBackIntoTheGuest_IsServed()
    {
        var type = new ComponentFunctionType([], null);
        var calls = 0;
        ComponentInstance? instance = null;
        instance = Echo(type).Instantiate(new DelegateFunction("f", type, _ => ++calls == 1 ? instance!.GetFunction("run")!.Call() : null));
        using (instance)
        {
            instance.GetFunction("run")!.Call();
            Assert.Equal(2, calls);
            instance.GetFunction("run")!.Call();
            Assert.Equal(3, calls);
        }
    }

    [Fact]
    public void Host_CallsBackIntoTheGuestWithoutEnd_Traps()
    {
        var type = new ComponentFunctionType([], null);
        ComponentInstance? instance = null;
        instance = Echo(type).Instantiate(new DelegateFunction("f", type, _ => instance!.GetFunction("run")!.Call()));
        using (instance)
        {
            Assert.Equal(TrapKind.CallStackExhausted, Assert.Throws<Trap>(() => instance.GetFunction("run")!.Call()).Kind);
            Assert.Equal("cannot enter component instance", Assert.Throws<Trap>(() => instance.GetFunction("run")!.Call()).Message);
        }
    }

    [Fact]
    public void Host_Throws_ExceptionReachesTheCallerAndTheInstanceIsClosed()
    {
        var type = new ComponentFunctionType([], null);
        using var instance = Echo(type).Instantiate(new DelegateFunction("f", type, _ => throw new TimeoutException("host")));
        Assert.Throws<TimeoutException>(() => instance.GetFunction("run")!.Call());
        Assert.Equal("cannot enter component instance", Assert.Throws<Trap>(() => instance.GetFunction("run")!.Call()).Message);
    }

    [Fact]
    public void Call_ManyStringsInOnePlace_TrapInsteadOfFillingTheHost()
    {
        // 8 bytes each, but one megabyte of text each.
        var data = Enumerable.Repeat(Pair(0, MemoryEnd / 2), 100_000).SelectMany(pair => pair).ToArray();
        var type = new ComponentFunctionType([new("v", new ListType(Text))], null);
        var compiled = Calling(type, data, ConstI32(ResultArea), ConstI32(100_000)).Compile(new DelegateFunction("f", type, _ => null));
        using var instance = compiled.Instantiate(new InstanceOptions { Limits = new ExecutionLimits { MemoryBytes = 32 << 20 } });
        Assert.Equal(TrapKind.LimitExceeded, Assert.Throws<Trap>(() => instance.GetFunction("run")!.Call()).Kind);
    }

    [Fact]
    public void Call_ArgumentsOfOtherTypes_AreRefusedBeforeTheGuestRuns()
    {
        using var instance = new TestGuest { Export = new([new("v", new OptionType(U32))], null), Body = [] }.Instantiate();
        var run = instance.GetFunction("run")!;
        Assert.Throws<ArgumentException>(() => run.Call());
        Assert.Throws<ArgumentException>(() => run.Call(5u));
        Assert.Throws<ArgumentException>(() => run.Call(new VariantValue(2)));
        Assert.Throws<ArgumentException>(() => run.Call(new VariantValue(1)));
        Assert.Throws<ArgumentException>(() => run.Call(new VariantValue(1, 5)));
        Assert.Throws<ArgumentException>(() => run.Call([null]));
        Assert.Null(run.Call(new VariantValue(1, 5u)));
    }

    private static void AssertTraps(ComponentValueType type, byte[] data, params byte[][] arguments) =>
        AssertTraps(type, data, StringEncoding.Utf8, null, arguments);

    private static void AssertTraps(
        ComponentValueType type, byte[] data, StringEncoding encoding, ComponentValueType? wrapped, params byte[][] arguments)
    {
        var import = new ComponentFunctionType([new("v", wrapped ?? type)], null);
        var sound = Calling(import, data, arguments);
        var guest = new TestGuest { Import = import, Export = sound.Export, Body = sound.Body, Data = data, Encoding = encoding };
        using var instance = guest.Instantiate(new DelegateFunction("f", import, _ => throw new InvalidOperationException("the host was called")));
        AssertTrapsAndCloses(instance);
    }

    private static void AssertTrapsAndCloses(ComponentInstance instance)
    {
        var run = instance.GetFunction("run")!;
        Assert.Throws<Trap>(() => run.Call());
        Assert.Equal("cannot enter component instance", Assert.Throws<Trap>(() => run.Call()).Message);
    }

    private static object? Received(ComponentValueType type, params byte[][] arguments)
    {
        object? received = null;
        var import = new ComponentFunctionType([new("v", type)], null);
        using var instance = Calling(import, [], arguments).Instantiate(new DelegateFunction("f", import, values =>
        {
            received = values[0];
            return null;
        }));
        instance.GetFunction("run")!.Call();
        return received;
    }

    private static byte[] Pair(int pointer, int length)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, pointer);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), length);
        return bytes;
    }
}

/// <summary>Host functions that only take.</summary>
public static class Consumers
{
    public static void TakeUtf8(ReadOnlySpan<byte> text) => Assert.Fail($"the host was called with {text.Length} bytes");
}
