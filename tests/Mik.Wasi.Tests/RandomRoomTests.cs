using Mik.Wasm.Execution;

namespace Mik.Wasi.Tests;

/// <summary>Where large lists of random bytes are made.</summary>
public sealed class RandomRoomTests
{
    [Fact]
    public void Of_LargeLists_AreMadeInOnePlaceThatIsCharged()
    {
        var budget = new ResourceBudget(1 << 20);
        var room = new RandomRoom(budget);

        var first = room.Of(300_000);
        var second = room.Of(200_000);

        Assert.Equal((300_000, 200_000), (first.Length, second.Length));
        Assert.True(first.Span.Overlaps(second.Span));
        Assert.InRange(budget.Used, 300_000, 400_000);
    }

    [Fact]
    public void Of_MoreThanTheRequestHasLeft_IsTheEndOfIt()
    {
        var room = new RandomRoom(new ResourceBudget(100_000));

        Assert.Equal(LimitedResource.Random, Assert.Throws<Trap>(() => room.Of(200_000)).Limit);
    }

    [Fact]
    public void Of_SmallLists_AreNotCharged()
    {
        var budget = new ResourceBudget(100);

        Assert.Equal(32, new RandomRoom(budget).Of(32).Length);
        Assert.Equal(0, budget.Used);
    }
}
