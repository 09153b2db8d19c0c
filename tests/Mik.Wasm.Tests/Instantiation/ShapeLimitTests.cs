using Mik.Wasm.Instantiation;
using Mik.Wasm.Tests.Translation;

namespace Mik.Wasm.Tests.Instantiation;

/// <summary>Classes of structures are never unloaded, so their number is limited.</summary>
public sealed class ShapeLimitTests
{
    private const byte Gc = 0xFB;
    private const byte StructNewDefault = 1;

    // i32, i64, f32, f64, v128, i8, i16, anyref, funcref
    private static readonly byte[] Fields = [0x7F, 0x7E, 0x7D, 0x7C, 0x7B, 0x78, 0x77, 0x6E, 0x70];

    [Fact]
    public void Compile_OneModuleAgainAndAgain_CountsItsStructuresOnce()
    {
        var builder = new ModuleBuilder();
        var code = new List<byte>();
        foreach (var fields in from a in Fields from b in Fields from c in Fields from d in Fields select (byte[])[a, 1, b, 1, c, 1, d, 1])
        {
            var type = builder.Type([0x5F, 4, .. fields]);
            code.AddRange([Gc, StructNewDefault, .. ModuleBuilder.Unsigned(type), Op.Drop]);
        }
        builder.Function("make", [], [], [.. code]);

        // 7,380 classes: five times as many would be more than a process may have.
        for (var i = 0; i < 5; i++)
        {
            Assert.NotNull(CompiledModule.Compile(builder.ToModule()));
        }
    }
}
