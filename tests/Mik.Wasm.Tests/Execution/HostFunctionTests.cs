using System.Runtime.Intrinsics;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;

namespace Mik.Wasm.Tests.Execution;

public sealed class HostFunctionTests
{
    private static readonly WasmValueType[] AllTypes =
    [
        WasmValueType.I32, WasmValueType.I64, WasmValueType.F32, WasmValueType.F64,
        WasmValueType.V128, WasmValueType.FuncRef, WasmValueType.ExternRef,
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Invoke_AllTypes_PassesEveryBit(int resultCount)
    {
        using var store = new Store();
        WasmValue[] sent = [];
        var callback = new HostCallback((arguments, results) =>
        {
            sent = arguments.ToArray();
            arguments[..results.Length].CopyTo(results);
        });
        var function = HostFunction.Create(store, new FunctionType(AllTypes, AllTypes[..resultCount]), callback);
        WasmValue[] arguments =
        [
            WasmValue.I32(-2), WasmValue.I64(long.MinValue + 1), WasmValue.F32(BitConverter.Int32BitsToSingle(0x7FA00001)),
            WasmValue.F64(-0.0), WasmValue.V128(Vector128.Create(1L, -3L).AsByte()),
            WasmValue.FunctionReference(function), WasmValue.External(store, "object"),
        ];

        var results = function.Invoke(arguments);

        Assert.Equal(7, sent.Length);
        Assert.Equal(-2, sent[0].AsI32);
        Assert.Equal(arguments[1], sent[1]);
        Assert.Equal(0x7FA00001, sent[2].AsI32);
        Assert.Equal(arguments[3], sent[3]);
        Assert.Equal(arguments[4], sent[4]);
        Assert.Equal(function, sent[5].AsFunction(store));
        Assert.Equal("object", sent[6].AsExternal(store));
        // A reference to an object comes back as another number for the same object.
        var numbers = Math.Min(resultCount, 6);
        Assert.Equal(sent[..numbers].Select(value => value.AsI64), results[..numbers].Select(value => value.AsI64));
        Assert.Equal(sent[..numbers].Select(value => value.AsV128[15]), results[..numbers].Select(value => value.AsV128[15]));
        Assert.All(results[numbers..], value => Assert.Equal("object", value.AsExternal(store)));
    }

    [Fact]
    public void Invoke_SameSlotsForArgumentsAndResults_Works()
    {
        using var store = new Store();
        var type = new FunctionType([WasmValueType.I32, WasmValueType.I32], [WasmValueType.I32, WasmValueType.I32]);
        var swap = HostFunction.Create(store, type, static (arguments, results) =>
        {
            results[0] = arguments[1];
            results[1] = arguments[0];
        });
        WasmValue[] slots = [WasmValue.I32(1), WasmValue.I32(2)];

        swap.Invoke(slots, slots);

        Assert.Equal(2, slots[0].AsI32);
        Assert.Equal(1, slots[1].AsI32);
    }

    [Fact]
    public void Invoke_WrongCounts_Throws()
    {
        using var store = new Store();
        var function = HostFunction.Create(store, new FunctionType([WasmValueType.I32], []), static (_, _) => { });

        Assert.Throws<ArgumentException>(() => function.Invoke());
        Assert.Throws<ArgumentException>(() => function.Invoke([WasmValue.I32(1)], new WasmValue[1]));
    }

    [Fact]
    public void Invoke_CallbackThrows_ReachesTheCallerAndLeavesTheStore()
    {
        using var store = new Store();
        var function = HostFunction.Create(
            store, new FunctionType([], []), static (_, _) => throw new TimeoutException("host"));

        Assert.Throws<TimeoutException>(() => function.Invoke());
        Assert.Throws<TimeoutException>(() => function.Invoke());
    }

    [Fact]
    public void Registry_EqualTypes_ShareOneNumber()
    {
        var types = new WasmTypeDefinition[64];
        Parallel.For(0, 64, i => types[i] = TypeRegistry.Of(
            new FunctionType([.. Enumerable.Repeat(WasmValueType.I64, i % 8)], [WasmValueType.F32, WasmValueType.F64])));

        Assert.Equal(8, types.Select(type => type.Number).Distinct().Count());
        Assert.All(Enumerable.Range(0, 64), i => Assert.Same(types[i % 8], types[i]));
        Assert.Equal(5, TypeRegistry.TypeOf(types[5].Number).Parameters.Length);
    }
}
