using System.Globalization;
using System.Security.Cryptography;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Platform;
using Mik.Wasm.Tests.Translation;

namespace Mik.Wasm.Tests.Execution;

public sealed class StoreImageTests
{
    // What "probe" must see of an instance that is new: data at 16, zeros, one page, the global, an empty place in a table of four.
    private const int Untouched = 5 + 0 + 1_000_000 + 42 + 7 + 400;

    [Theory]
    [InlineData(false, 1_000_000)]
    [InlineData(true, 20_000)]
    public void Restore_SecretsEverywhere_NeverSeenAgain(bool isPortable, int times)
    {
        using var store = NewStore(isPortable);
        var instance = CompiledModule.Compile(Prober().ToModule()).Instantiate(store);
        var image = StoreImage.TryCapture(store, null)!;
        var probe = instance.GetFunction("probe")!;
        WasmValue[] secret = [WasmValue.I32(0x5EC2E7)];
        var result = new WasmValue[1];

        for (var i = 0; i < times; i++)
        {
            probe.Invoke(secret, result);
            if (result[0].AsI32 != Untouched)
            {
                Assert.Fail($"request {i} saw {result[0].AsI32:x}");
            }
            image.Restore();
        }

        Assert.Equal(1 << 16, store.MemoryBytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Restore_MemoryWrittenAtRandom_IsByteForByteTheSame(bool isPortable)
    {
        var builder = new ModuleBuilder();
        builder.Memory(40, 200);
        builder.ExportMemory("memory");
        builder.Data(100_000, [1, 2, 3, 4]);
        using var store = NewStore(isPortable);
        var memory = Guest.Instantiate(builder, store).GetMemory("memory")!;
        var before = Hash(memory);
        var image = StoreImage.TryCapture(store, null)!;
        var random = new Random(7);

        for (var round = 0; round < 60; round++)
        {
            Assert.Equal(before, Hash(memory));
            Assert.Equal(40UL, memory.Pages);
            if (round % 3 == 0)
            {
                memory.Grow((ulong)random.Next(1, 100));
            }

            // From a few bytes to all of it, so that every way of resetting is taken.
            var writes = 1 << random.Next(0, 12);
            for (var i = 0; i < writes; i++)
            {
                memory.GetSpan((ulong)random.NextInt64(memory.Length - 9), 9).Fill((byte)random.Next(1, 256));
            }

            image.Restore();
        }
    }

    [Fact]
    public void TryCapture_SiblingOfALargeEmptyMemory_GivesTheImageNoPagesOfZeros()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "images share pages on Linux only");
        var builder = new ModuleBuilder();
        builder.Memory(2000, 2000);
        builder.Data(100_000, [1, 2, 3, 4]);
        var compiled = CompiledModule.Compile(builder.ToModule());
        using var first = NewStore(isPortable: false);
        using var second = NewStore(isPortable: false);
        compiled.Instantiate(first);
        compiled.Instantiate(second);
        var image = StoreImage.TryCapture(first, null)!;
        var before = SharedMegabytes();

        Assert.NotNull(StoreImage.TryCapture(second, image));

        Assert.InRange(SharedMegabytes() - before, -1000, 60);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryCapture_Sibling_SharesMemoriesOfEqualContents(bool isPortable)
    {
        var compiled = CompiledModule.Compile(Prober().ToModule());
        using var first = NewStore(isPortable);
        using var second = NewStore(isPortable);
        compiled.Instantiate(first);
        var image = StoreImage.TryCapture(first, null);
        var probe = compiled.Instantiate(second).GetFunction("probe")!;
        var sibling = StoreImage.TryCapture(second, image)!;

        Assert.Equal(Untouched, probe.Invoke(WasmValue.I32(9))[0].AsI32);
        Assert.NotEqual(Untouched, probe.Invoke(WasmValue.I32(9))[0].AsI32);
        sibling.Restore();
        Assert.Equal(Untouched, probe.Invoke(WasmValue.I32(9))[0].AsI32);
    }

    [Fact]
    public void TryCapture_OtherContents_HasAnImageOfItsOwn()
    {
        var compiled = CompiledModule.Compile(Prober().ToModule());
        using var first = new Store();
        using var second = new Store();
        compiled.Instantiate(first);
        var image = StoreImage.TryCapture(first, null);
        var probe = compiled.Instantiate(second).GetFunction("probe")!;
        probe.Invoke(WasmValue.I32(9));
        var changed = probe.Invoke(WasmValue.I32(9))[0].AsI32;
        var own = StoreImage.TryCapture(second, image)!;

        var seen = probe.Invoke(WasmValue.I32(9))[0].AsI32;
        own.Restore();
        Assert.Equal(seen, probe.Invoke(WasmValue.I32(9))[0].AsI32);
        Assert.NotEqual(Untouched, changed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void InitialMemories_OfASibling_HaveItsDataAndShareNothingThatIsWritten(bool isPortable)
    {
        var compiled = CompiledModule.Compile(Prober().ToModule());
        using var first = NewStore(isPortable);
        compiled.Instantiate(first);
        var image = StoreImage.TryCapture(first, null)!;
        using var second = NewStore(isPortable, image.InitialMemories);
        using var third = NewStore(isPortable, image.InitialMemories);
        var probe = compiled.Instantiate(second).GetFunction("probe")!;
        var other = compiled.Instantiate(third).GetFunction("probe")!;
        var sibling = StoreImage.TryCapture(second, image)!;

        Assert.Equal(Untouched, probe.Invoke(WasmValue.I32(9))[0].AsI32);
        Assert.NotEqual(Untouched, probe.Invoke(WasmValue.I32(9))[0].AsI32);
        Assert.Equal(Untouched, other.Invoke(WasmValue.I32(8))[0].AsI32);
        sibling.Restore();
        Assert.Equal(Untouched, probe.Invoke(WasmValue.I32(9))[0].AsI32);
    }

    [Fact]
    public void InitialMemories_OfAStoreWhoseCodeRan_AreNotKnown()
    {
        var compiled = CompiledModule.Compile(Prober().ToModule());
        using var store = new Store();
        compiled.Instantiate(store).GetFunction("probe")!.Invoke(WasmValue.I32(9));

        Assert.Null(StoreImage.TryCapture(store, null)!.InitialMemories);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryCapture_OfAMemoryThatHasAnImage_KeepsWhatWasWrittenAndWhatWasNot(bool isPortable)
    {
        var builder = new ModuleBuilder();
        builder.Memory(40, 200);
        builder.ExportMemory("memory");
        builder.Data(100_000, [1, 2, 3, 4]);
        var compiled = CompiledModule.Compile(builder.ToModule());
        using var store = NewStore(isPortable);
        var memory = compiled.Instantiate(store).GetMemory("memory")!;
        memory.GetSpan(300_000, 50_000).Fill(5);
        Assert.NotNull(StoreImage.TryCapture(store, null));
        memory.GetSpan(320_000, 9_000).Fill(6);
        memory.Grow(10);
        memory.GetSpan(2_900_000, 9_000).Fill(7);
        var before = Hash(memory);

        var image = StoreImage.TryCapture(store, null)!;

        Assert.Equal(before, Hash(memory));
        memory.GetSpan(90_000, 2_900_000).Fill(8);
        image.Restore();
        Assert.Equal(before, Hash(memory));
        Assert.InRange(image.Bytes, 60_000, isPortable ? 3_300_000 : 90_000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryCapture_OfMoreThanItMayTake_IsRefused_AndLeavesTheStoreAsItIs(bool isPortable)
    {
        var builder = new ModuleBuilder();
        builder.Memory(40, 200);
        builder.ExportMemory("memory");
        using var store = NewStore(isPortable);
        var memory = Guest.Instantiate(builder, store).GetMemory("memory")!;
        memory.GetSpan(0, 400_000).Fill(5);
        var before = Hash(memory);

        Assert.Null(StoreImage.TryCapture(store, null, 300_000));

        Assert.Equal(before, Hash(memory));
        Assert.InRange(StoreImage.TryCapture(store, null, 410_000)!.Bytes, 400_000, 410_000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MemoryImage_WhoseLastUserHasGone_IsFreedAndNotUsedAgain(bool isPortable)
    {
        var compiled = CompiledModule.Compile(Prober().ToModule());
        var first = NewStore(isPortable);
        compiled.Instantiate(first);
        var image = StoreImage.TryCapture(first, null)!;
        var memories = image.InitialMemories!;
        image.Keep();
        first.Dispose();
        var second = NewStore(isPortable, memories);
        var probe = compiled.Instantiate(second).GetFunction("probe")!;
        image.Release();
        Assert.Equal(Untouched, probe.Invoke(WasmValue.I32(9))[0].AsI32);
        Assert.True(memories[0].TryAddUser());
        memories[0].RemoveUser();

        second.Dispose();

        Assert.False(memories[0].TryAddUser());
        using var third = NewStore(isPortable, memories);
        Assert.Equal(Untouched, compiled.Instantiate(third).GetFunction("probe")!.Invoke(WasmValue.I32(9))[0].AsI32);
        Assert.NotNull(StoreImage.TryCapture(third, image));
    }

    [Fact]
    public void TryCapture_SharedMemory_IsRefused()
    {
        var builder = new ModuleBuilder();
        builder.SharedMemory(1, 2);
        using var store = new Store();
        Guest.Instantiate(builder, store);

        Assert.Null(StoreImage.TryCapture(store, null));
    }

    // "RssShmem:     1234 kB"
    private static long SharedMegabytes() => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssShmem", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) >> 10;

    private static Store NewStore(bool isPortable, IReadOnlyList<MemoryImage>? initial = null) =>
        isPortable
            ? new Store(null, new RecordingAddressSpace(AddressSpace.Current)) { InitialMemories = initial }
            : new Store { InitialMemories = initial };

    private static string Hash(LinearMemory memory) => Convert.ToHexString(SHA256.HashData(memory.GetSpan(0, (ulong)memory.Length)));

    private static ModuleBuilder Prober()
    {
        var builder = new ModuleBuilder();
        builder.Memory(1, 100);
        builder.Data(16, 5, 0, 0, 0);
        builder.GlobalI32(42);
        builder.Table(4);
        builder.Function(
            "probe", [Op.TypeI32], [Op.TypeI32],
            [
                // What is there,
                Op.I32Const, 16, Op.I32Load, 2, 0,
                Op.I32Const, .. ModuleBuilder.Signed(60_000), Op.I32Load, 2, 0, Op.I32Add,
                0x3F, 0, Op.I32Const, .. ModuleBuilder.Signed(1_000_000), Op.I32Mul, Op.I32Add,
                Op.GlobalGet, 0, Op.I32Add,
                Op.I32Const, 1, 0x25, 0, 0xD1, Op.I32Const, 7, Op.I32Mul, Op.I32Add,
                0xFC, 16, 0, Op.I32Const, .. ModuleBuilder.Signed(100), Op.I32Mul, Op.I32Add,

                // and then secrets everywhere, in a new page too.
                Op.I32Const, 16, Op.LocalGet, 0, Op.I32Store, 2, 0,
                Op.I32Const, .. ModuleBuilder.Signed(60_000), Op.LocalGet, 0, Op.I32Store, 2, 0,
                Op.I32Const, 1, 0x40, 0, Op.Drop,
                Op.I32Const, .. ModuleBuilder.Signed(65_536 + 60_000), Op.LocalGet, 0, Op.I32Store, 2, 0,
                Op.LocalGet, 0, Op.GlobalSet, 0,
                Op.I32Const, 1, 0xD2, 0, 0x26, 0,
                0xD2, 0, Op.I32Const, 2, 0xFC, 15, 0, Op.Drop,
            ]);
        return builder;
    }
}
