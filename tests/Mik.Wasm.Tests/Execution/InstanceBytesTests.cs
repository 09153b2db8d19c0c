using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Tests.Translation;

namespace Mik.Wasm.Tests.Execution;

/// <summary>What an instance is made of is counted with what it takes.</summary>
[Collection(nameof(ProcessMemoryCollection))]
public sealed class InstanceBytesTests
{
    private const int Count = 50_000;

    [Theory]
    [InlineData("tags")]
    [InlineData("tables")]
    [InlineData("globals")]
    public void Parts_OfAnInstance_AreCounted(string parts)
    {
        var builder = new ModuleBuilder();
        var type = builder.Type([], []);
        for (var i = 0; i < Count; i++)
        {
            switch (parts)
            {
                case "tags":
                    builder.Tag(type);
                    break;
                case "tables":
                    builder.TableOf(0x6E, 0, 0);
                    break;
                default:
                    builder.Global(0x6E, 1, 0xD0, 0x6E, Op.End);
                    break;
            }
        }
        var module = CompiledModule.Compile(builder.ToModule());
        using var store = new Store();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var instance = module.Instantiate(store);

        var taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(taken, store.Budget.Used / 3, store.Budget.Used * 11 / 10);
        GC.KeepAlive(instance);
    }
}
