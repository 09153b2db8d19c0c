using Mik.Wasm.Execution;

namespace Mik.Wasm.Tests.Translation;

/// <summary>Where no operation computes, a NaN keeps its bits, also one that the compiler below can foresee.</summary>
public sealed class SignallingNaNTests
{
    private const int Signalling = unchecked((int)0xFF80FFFE);

    private static readonly byte[] I32 = [Op.TypeI32];
    private static readonly byte[] StoreF32 = [0x38, 2, 0];
    private static readonly byte[] LoadI32 = [Op.I32Const, 0, Op.I32Load, 2, 0];
    private static readonly byte[] Number = [Op.I32Const, .. ModuleBuilder.Signed(Signalling)];
    private static readonly byte[] Vector = [0xFD, 12, 0xFE, 0xFF, 0x80, 0xFF, 0xFE, 0xFF, 0x80, 0xFF, 0xFE, 0xFF, 0x80, 0xFF, 0xFE, 0xFF, 0x80, 0xFF];

    public static TheoryData<string, byte[]> Sources() => new()
    {
        { "reinterpreted number", [.. Number, 0xBE] },
        { "reinterpreted local", [.. Number, Op.LocalSet, 0, Op.LocalGet, 0, 0xBE] },
        { "lane of a constant", [.. Vector, 0xFD, 31, 2] },
        { "first lane of a constant", [.. Vector, 0xFD, 31, 0] },
        { "lane of a splat", [.. Number, 0xFD, 17, 0xFD, 31, 1] },
        { "lane that was replaced", [.. Vector, .. Number, 0xBE, 0xFD, 32, 3, 0xFD, 31, 3] },
        { "splat of a reinterpreted number", [.. Number, 0xBE, 0xFD, 19, 0xFD, 31, 1] },
        { "chosen one", [.. Number, 0xBE, .. Number, 0xBE, Op.LocalGet, 0, 0x1B] },
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public void Value_ThatIsASignallingNaN_KeepsItsBitsInMemoryAndInALocal(string source, byte[] code)
    {
        Assert.NotEmpty(source);
        var builder = new ModuleBuilder();
        builder.Memory(1);
        builder.Function("stored", I32, I32, [Op.I32Const, 0, .. code, .. StoreF32, Op.I32Const, 0]);
        builder.Function("load", I32, I32, LoadI32);
        builder.Function("kept", builder.Type(I32, I32), [(1, Op.TypeF32)], [.. code, Op.LocalSet, 1, Op.LocalGet, 1, Op.I32ReinterpretF32]);
        builder.Function(
            "looped", builder.Type(I32, I32), [(1, Op.TypeF32)],
            [.. code, Op.LocalSet, 1, Op.Loop, Op.Empty, Op.I32Const, 0, Op.LocalGet, 1, .. StoreF32, Op.LocalGet, 0, Op.I32Const, 1, Op.I32Sub, Op.LocalTee, 0,
                Op.BrIf, 0, Op.End, Op.I32Const, 0]);
        builder.Function("read", I32, I32, [.. code, Op.I32ReinterpretF32]);
        Assert.Equal(Signalling, Stored("stored"));
        Assert.Equal(Signalling, Stored("looped"));
        Assert.Equal(Signalling, Guest.Run(builder, "kept", 1));
        Assert.Equal(Signalling, Guest.Run(builder, "read", 1));

        // Read by a function of its own, or the compiler would know what was stored.
        int Stored(string name)
        {
            using var store = new Store();
            var instance = Guest.Instantiate(builder, store);
            Guest.Run(instance, name, 3);
            return Guest.Run(instance, "load", 0);
        }
    }
}
