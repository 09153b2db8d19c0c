using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Objects;
using Mik.Wasm.Tests.Translation;

namespace Mik.Wasm.Tests.Execution;

/// <summary>Shapes last for the life of the process, so a module may bring some only.</summary>
[Collection(nameof(ProcessMemoryCollection))]
public sealed class ModuleShapesTests
{
    private const byte Gc = 0xFB;
    private const byte StructNewDefault = 1;

    [Fact]
    public void Module_WithTooManyStructures_LeavesNone()
    {
        var builder = Structures(400, seed: 1);
        var count = Shape.Count;

        var refused = Assert.Throws<InvalidModuleException>(() => CompiledModule.Compile(builder.ToModule()));

        Assert.True(refused.IsOverLimit);
        Assert.Equal(count, Shape.Count);
    }

    [Fact]
    public void Structures_ThatNoInstructionUses_AreNoMatter()
    {
        var builder = Structures(400, seed: 2, used: 1);
        var count = Shape.Count;

        CompiledModule.Compile(builder.ToModule());

        Assert.InRange(Shape.Count - count, 1, 31);
    }

    [Fact]
    public void Structures_OfConstantExpressions_AreMadeWithTheCode()
    {
        var builder = new ModuleBuilder();
        byte[] fields = [.. Enumerable.Repeat<byte[]>([0x77, 1, Op.TypeF32, 0], 20).SelectMany(field => field)];
        var type = (byte)builder.Type([0x5F, 40, .. fields]);
        builder.Global(0x64, type, 0, Gc, StructNewDefault, type, Op.End);
        var compiled = CompiledModule.Compile(builder.ToModule());
        var count = Shape.Count;
        using var store = new Store();

        compiled.Instantiate(store);

        Assert.Equal(count, Shape.Count);
    }

    // Types of 31 fields, which begin differently.
    private static ModuleBuilder Structures(int count, int seed, int? used = null)
    {
        byte[] kinds = [Op.TypeI32, Op.TypeI64, Op.TypeF32, Op.TypeF64, 0x78, 0x77, 0x7B];
        var random = new Random(seed);
        var builder = new ModuleBuilder();
        var code = new List<byte>();
        for (var i = 0; i < count; i++)
        {
            byte[] fields = [.. Enumerable.Range(0, 31).SelectMany(_ => new byte[] { kinds[random.Next(kinds.Length)], 0 })];
            var type = builder.Type([0x5F, 31, .. fields]);
            if (i < (used ?? count))
            {
                code.AddRange([Gc, StructNewDefault, .. ModuleBuilder.Unsigned(type), Op.Drop]);
            }
        }
        builder.Function("make", [], [], [.. code]);
        return builder;
    }
}
