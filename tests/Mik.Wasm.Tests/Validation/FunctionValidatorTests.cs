using System.Diagnostics;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;
using static Mik.Wasm.Tests.ModuleBytes;

namespace Mik.Wasm.Tests.Validation;

/// <summary>What the core suite does not cover: messages, and code that is made to cost the validator time or memory.</summary>
public sealed class FunctionValidatorTests
{
    private const byte Unreachable = 0x00;
    private const byte Block = 0x02;
    private const byte Loop = 0x03;
    private const byte BrIf = 0x0D;
    private const byte BrTable = 0x0E;
    private const byte Call = 0x10;
    private const byte Drop = 0x1A;
    private const byte Select = 0x1B;

    [Fact]
    public void Validate_TypeMismatch_NamesBothTypesAndTheOffset()
    {
        var bytes = WithFunction([], [I32], 0x42, 0, 0x45);
        var error = Assert.Throws<InvalidModuleException>(() => WasmModule.Load(bytes));
        Assert.Equal("type mismatch: expected i32, found i64", error.Reason);
        Assert.Equal(bytes.Length - 2, error.Offset);
        Assert.False(error.IsMalformed);
    }

    [Fact]
    public void Validate_UnreachableCode_TakesOperandsOfAnyType()
    {
        WasmModule.Load(WithFunction([], [I32], Unreachable, Select, 0x45));
        WasmModule.Load(WithFunction([], [I64], Unreachable, 0x6A, Drop, 0xD1, Drop));
        Assert.Throws<InvalidModuleException>(() => WasmModule.Load(WithFunction([], [I32], Unreachable, 0x42, 0, 0x45)));
        Assert.Throws<InvalidModuleException>(() => WasmModule.Load(WithFunction([], [I32], Unreachable, 0x42, 0, 0x41, 0, 0x41, 0, Select)));
        Assert.Throws<InvalidModuleException>(() => WasmModule.Load(WithFunction([], [], Unreachable, 0x41, 0, 0x41, 0)));
    }

    [Fact]
    public void Validate_LocalsBeyondTheSpreadOutOnes_HaveTheTypeOfTheirGroup()
    {
        byte[] locals = [3, 100, I32, 100, I64, 1, F32];
        byte[] Code(byte index, bool twoBytes, byte type) =>
            Module(
                Section(1, [1, .. FunctionType([I32], [type])]),
                Section(3, 1, 0),
                Section(
                    10, [1, (byte)(locals.Length + (twoBytes ? 4 : 3)), .. locals, 0x20, .. twoBytes ? new byte[] { (byte)(index | 0x80), 1 } : [index], End]));
        WasmModule.Load(Code(63, twoBytes: false, I32));
        WasmModule.Load(Code(64, twoBytes: false, I32));
        WasmModule.Load(Code(100, twoBytes: false, I32));
        WasmModule.Load(Code(101, twoBytes: false, I64));
        WasmModule.Load(Code(200 - 128, twoBytes: true, I64));
        WasmModule.Load(Code(201 - 128, twoBytes: true, F32));
        Assert.Throws<InvalidModuleException>(() => WasmModule.Load(Code(101, twoBytes: false, I32)));
        Assert.Throws<InvalidModuleException>(() => WasmModule.Load(Code(202 - 128, twoBytes: true, F32)));
    }

    [Fact]
    public void Validate_RefFunc_MustBeDeclared()
    {
        byte[][] sections = [Section(1, 1, 0x60, 0, 0), Section(3, 1, 0), Section(7, 1, 1, (byte)'f', 0, 0), Code(0xD2, 0, Drop)];
        Assert.Contains(0, WasmModule.Load(Module(sections)).DeclaredReferences);
        var error = Assert.Throws<InvalidModuleException>(() => WasmModule.Load(Module(sections[0], sections[1], sections[3])));
        Assert.Equal("undeclared function reference 0", error.Reason);
    }

    [Fact]
    public void Validate_DeepNesting_NeedsNoDeepStack()
    {
        const int Depth = 20_000;
        byte[] code = [.. Enumerable.Repeat(new byte[] { Block, 0x40 }, Depth).SelectMany(bytes => bytes), .. Enumerable.Repeat(End, Depth)];
        WasmModule.Load(WithFunction([], [], code));
    }

    [Fact]
    public void Validate_StackThatGrowsAThousandTimesFasterThanTheCode_IsRefused()
    {
        var bytes = WithWideFunction(parameters: 0, results: 1000, Enumerable.Repeat(new byte[] { Call, 0 }, 100_000).SelectMany(call => call));
        var error = Assert.Throws<InvalidModuleException>(() => WasmModule.Load(bytes));
        Assert.Contains("operands on the stack", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_WideCallsAndBranches_TakeTimeLinearInTheCode()
    {
        // Each instruction moves a thousand operands; and every table repeats one label, in code that cannot be reached.
        var calls = Enumerable.Repeat(new byte[] { Call, 0 }, 300_000).SelectMany(call => call);
        var branches = Enumerable.Repeat(new byte[] { 0x41, 0, BrIf, 0 }, 300_000).SelectMany(branch => branch);
        var tables = Enumerable.Repeat<byte[]>([0x41, 0, BrTable, .. Unsigned(60_000), .. new byte[60_001]], 20).SelectMany(table => table);
        byte[] code = [Unreachable, .. calls, .. branches, .. tables];
        var clock = Stopwatch.StartNew();
        WasmModule.Load(WithWideFunction(parameters: 1000, results: 1000, code));
        // Not a measurement: without the shortcuts this takes minutes.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Validate_ManyFunctionsWithManyLocals_AllocatesLittle()
    {
        byte[] body = [7, 1, 0xD0, 0x86, 0x03, I32, 0x01, End];
        const int Count = 20_000;
        var bytes = Module(
            Section(1, 1, 0x60, 0, 0),
            Section(3, [.. Unsigned(Count), .. new byte[Count]]),
            Section(10, [.. Unsigned(Count), .. Enumerable.Repeat(body, Count).SelectMany(one => one)]));
        var before = GC.GetAllocatedBytesForCurrentThread();
        WasmModule.Load(bytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
    }

    [Fact]
    public void Validate_LoopLabel_TakesTheParameters()
    {
        byte[] Looping(params byte[] code) =>
            Module(
                Section(1, [2, .. FunctionType([], []), .. FunctionType([I32], [I64])]),
                Section(3, 1, 0),
                Code([0x41, 0, Loop, 1, .. code, End, Drop]));
        WasmModule.Load(Looping(0x0C, 0));
        Assert.Throws<InvalidModuleException>(() => WasmModule.Load(Looping(Drop, 0x42, 0, 0x0C, 0)));
    }

    private static byte[] WithWideFunction(int parameters, int results, IEnumerable<byte> code)
    {
        byte[] body = [0, .. code, End];
        return Module(
            Section(1, [1, 0x60, .. Wide(parameters), .. Wide(results)]),
            Section(3, 1, 0),
            Section(10, [1, .. Unsigned((ulong)body.Length), .. body]));
    }

    private static byte[] Wide(int count) => [.. Unsigned((ulong)count), .. Enumerable.Repeat(I32, count)];
}
