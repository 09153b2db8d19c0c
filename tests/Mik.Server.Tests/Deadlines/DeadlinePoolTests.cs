using Mik.AspNetCore.Deadlines;

namespace Mik.Server.Tests.Deadlines;

public sealed class DeadlinePoolTests
{
    private readonly DeadlinePool _pool = new(TimeProvider.System);

    [Fact]
    public void Start_AfterOneThatStoppedNothing_UsesItAgain()
    {
        var first = _pool.Start(TimeSpan.FromHours(1), CancellationToken.None);
        first.Dispose();
        using var second = _pool.Start(TimeSpan.FromHours(1), CancellationToken.None);

        Assert.Same(first, second);
        Assert.Equal(StopReason.None, second.Reason);
        second.Stop(StopReason.BodyTooLarge);
        Assert.True(second.Token.IsCancellationRequested);
    }

    [Fact]
    public void Start_AfterOneThatStopped_MakesAnother()
    {
        var first = _pool.Start(TimeSpan.FromHours(1), CancellationToken.None);
        first.Stop(StopReason.ClientGone);
        first.Dispose();
        using var second = _pool.Start(TimeSpan.FromHours(1), CancellationToken.None);

        Assert.NotSame(first, second);
        Assert.False(second.Token.IsCancellationRequested);
    }

    [Fact]
    public void Dispose_WhatWasRegistered_IsNotToldOfTheNext()
    {
        using var client = new CancellationTokenSource();
        var told = false;
        var first = _pool.Start(TimeSpan.FromHours(1), client.Token);
        first.Token.Register(() => told = true);
        first.Dispose();
        client.Cancel();
        using var second = _pool.Start(TimeSpan.FromHours(1), CancellationToken.None);
        Assert.False(second.Token.IsCancellationRequested);

        second.Stop(StopReason.Deadline);

        Assert.False(told);
    }

    [Fact]
    public async Task Start_Again_StillEndsInTime()
    {
        for (var round = 0; round < 20; round++)
        {
            using (_pool.Start(TimeSpan.FromMilliseconds(1), CancellationToken.None))
            {
            }
        }

        using var last = _pool.Start(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = last.Token.Register(stopped.SetResult);

        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None);
        Assert.Equal(StopReason.Deadline, last.Reason);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(10_000)]
    [InlineData(1500)]
    public void Start_WithTheTimerOfTheLastStillSet_EndsAtItsOwnTime(int milliseconds)
    {
        var clock = new TimerClock();
        var pool = new DeadlinePool(clock);
        var first = pool.Start(TimeSpan.FromMilliseconds(milliseconds), CancellationToken.None);
        clock.Pass(TimeSpan.FromMilliseconds(500));
        first.Dispose();
        using var second = pool.Start(TimeSpan.FromMilliseconds(1000), CancellationToken.None);
        Assert.Same(first, second);

        for (var passed = 0; passed < 900; passed += 100)
        {
            clock.Pass(TimeSpan.FromMilliseconds(100));
            Assert.Equal(StopReason.None, second.Reason);
        }

        clock.Pass(TimeSpan.FromMilliseconds(100));
        Assert.Equal(StopReason.Deadline, second.Reason);
    }

    [Fact]
    public void Start_OfAShortOneWithTheTimerOfTheLastStillSet_HasAllOfItsTime()
    {
        var clock = new TimerClock();
        var pool = new DeadlinePool(clock);
        var first = pool.Start(TimeSpan.FromMilliseconds(1000), CancellationToken.None);
        clock.Pass(TimeSpan.FromMilliseconds(940));
        first.Dispose();
        using var second = pool.Start(TimeSpan.FromMilliseconds(100), CancellationToken.None);

        clock.Pass(TimeSpan.FromMilliseconds(60));
        Assert.Equal(StopReason.None, second.Reason);

        clock.Pass(TimeSpan.FromMilliseconds(40));
        Assert.Equal(StopReason.Deadline, second.Reason);
    }

    [Fact]
    public void Start_AfterTheTimerOfTheLastFired_EndsAtItsOwnTime()
    {
        var clock = new TimerClock();
        var pool = new DeadlinePool(clock);
        pool.Start(TimeSpan.FromSeconds(1), CancellationToken.None).Dispose();
        clock.Pass(TimeSpan.FromSeconds(2));
        using var second = pool.Start(TimeSpan.FromSeconds(1), CancellationToken.None);

        clock.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(StopReason.Deadline, second.Reason);
    }
}
