using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Objects;

namespace Mik.Wasm.Tests.Execution;

/// <summary>Objects are counted with the bytes that the runtime takes for them.</summary>
public sealed class ObjectBytesTests
{
    private static readonly Type[] Fields =
        [typeof(sbyte), typeof(short), typeof(int), typeof(long), typeof(float), typeof(double), typeof(object), typeof(nint), typeof(Vector128<byte>)];

    [Fact]
    public void Structures_AreCountedAsTheyAre()
    {
        var random = new Random(1);
        for (var i = 0; i < 60; i++)
        {
            var shape = Shape.Empty;
            // Few fields are as different as can be: places for shapes are not to be wasted.
            for (var count = random.Next(Shape.MaximumFields + 1); count > 0; count--)
            {
                shape = shape.With(Fields[random.Next(i < 40 ? 9 : 2) * (i < 40 ? 1 : 8)]);
            }
            var made = BytesOf(() => RuntimeHelpers.GetUninitializedObject(shape.Class));
            Assert.InRange(shape.Bytes, made, made + 8);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public void Arrays_AreCountedAsTheyAre(int length)
    {
        Check<sbyte>(length);
        Check<short>(length);
        Check<int>(length);
        Check<long>(length);
        Check<Ref>(length);
        Check<Vector128<byte>>(length);
    }

    [Fact]
    public void SmallObjects_AreCountedAsTheyAre()
    {
        Assert.Equal(ObjectOperations.SmallObject, BytesOf(static () => new I31(1 << 20)));
        Assert.Equal(ObjectOperations.SmallObject, BytesOf(static () => new ExternalBox("")));
    }

    [Fact]
    public void Table_ThatGrowsByOne_HasLittleMoreThanIsCharged()
    {
        using var store = new Store();
        var table = new TableInstance(store, new TableType(WasmValueType.AnyRef, new Limits(0, null)));
        while (table.Length < 100_000)
        {
            Assert.True(table.Grow(1, default) >= 0);
        }
        Assert.InRange(table.ReservedObjects, 100_000, 115_000);
    }

    private static void Check<T>(int length) =>
        Assert.Equal(ArrayOperations.BytesOf<T>(length), BytesOf(() => new GuestArrayOf<T> { Elements = new T[length] }));

    private static long BytesOf(Func<object> make)
    {
        make();
        var before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(make());
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
