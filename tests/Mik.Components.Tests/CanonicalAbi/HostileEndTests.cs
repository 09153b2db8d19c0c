using Mik.Components.Decoding;
using Mik.Components.Linking;
using Mik.Components.Model;
using Mik.Testing;
using Mik.Wasm.Execution;

namespace Mik.Components.Tests.CanonicalAbi;

/// <summary>Streams and futures whose elements are no bytes, in the hands of a guest that misuses them (<c>guests/hostile/components.mjs</c>).</summary>
public sealed class HostileEndTests
{
    private const uint MemoryEnd = 65536;
    private const uint Blocked = uint.MaxValue;
    private static readonly CompiledComponent Ends = CompiledComponent.Compile(Component.Load(Guests.Read("hostile/ends")), new Linker());

    [Theory]
    [InlineData("write")]
    [InlineData("read")]
    public void Copy_PlaceThatDoesNotFit_Traps(string name)
    {
        AssertTraps("unaligned pointer", name, 2u, 1u);
        AssertTraps("unaligned pointer", name, MemoryEnd - 1, 1u);
        AssertTraps("out of bounds", name, MemoryEnd, 1u);
        AssertTraps("out of bounds", name, MemoryEnd - 4, 2u);
        AssertTraps("out of bounds", name, 0u, (MemoryEnd / 4) + 1);

        // Its bytes are 2^30, and with the pointer no more than 32 bits.
        AssertTraps("out of bounds", name, 0xC000_0000, 0x0FFF_FFFFu);
        AssertTraps("too long", name, 0u, 0x1000_0000u);
    }

    [Theory]
    [InlineData("write")]
    [InlineData("read")]
    public void Copy_OfNothing_AsksForNoPlace(string name)
    {
        Assert.Equal(Blocked, Call(name, MemoryEnd - 4, 1u));
        Assert.Equal(Blocked, Call(name, 3u, 0u));
        Assert.Equal(Blocked, Call(name, uint.MaxValue, 0u));
    }

    [Fact]
    public void Read_FutureIntoAPlaceThatDoesNotFit_Traps()
    {
        AssertTraps("unaligned pointer", "read-future", 1u);
        AssertTraps("out of bounds", "read-future", MemoryEnd);
        Assert.Equal(Blocked, Call("read-future", MemoryEnd - 4));
    }

    [Theory]
    [InlineData("read-as-bytes")]
    [InlineData("pass-words")]
    [InlineData("pass-future")]
    [InlineData("pass-item")]
    public void Use_AsOfAnotherType_Traps(string name) => AssertTraps("handle index", name);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Copy_OfResourcesFromAnInstanceToItself_Traps(bool isWritten) => AssertTraps("intra-component", "move-items", isWritten);

    private static object? Call(string name, params object?[] arguments)
    {
        using var instance = Ends.Instantiate();
        return instance.GetFunction(name)!.Call(arguments);
    }

    private static void AssertTraps(string expected, string name, params object?[] arguments)
    {
        using var instance = Ends.Instantiate();
        var trap = Assert.Throws<Trap>(() => instance.GetFunction(name)!.Call(arguments));
        Assert.Contains(expected, trap.Message, StringComparison.Ordinal);
        Assert.Equal("cannot enter component instance", Assert.Throws<Trap>(() => instance.GetFunction(name)!.Call(arguments)).Message);
    }
}
