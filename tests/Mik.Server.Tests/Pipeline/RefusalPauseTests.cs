using Mik.Server.Pipeline;

namespace Mik.Server.Tests.Pipeline;

public sealed class RefusalPauseTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void PassAsync_AsManyAsAreFree_GoAtOnce()
    {
        var pause = new RefusalPause(_clock);

        for (var window = 0; window < 5; window++)
        {
            Assert.Equal(0, Held(pause, RefusalPause.FreeInWindow));
            _clock.Advance(RefusalPause.Window);
        }
    }

    [Fact]
    public async Task PassAsync_AfterAWindowOfTooMany_HoldsBackUntilThereAreFewer()
    {
        var pause = new RefusalPause(_clock);
        Held(pause, RefusalPause.FreeInWindow + 1);
        _clock.Advance(RefusalPause.Window);

        var held = pause.PassAsync();
        Assert.False(held.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await held.WaitAsync(TimeSpan.FromSeconds(20));

        _clock.Advance(RefusalPause.Window);
        Assert.Equal(0, Held(pause, 1));
    }

    [Fact]
    public void PassAsync_AfterAQuietTime_ForgetsTheFlood()
    {
        var pause = new RefusalPause(_clock);
        Held(pause, RefusalPause.FreeInWindow + 1);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(0, Held(pause, 1));
    }

    private static int Held(RefusalPause pause, int count) => Enumerable.Range(0, count).Count(_ => !pause.PassAsync().IsCompleted);
}
