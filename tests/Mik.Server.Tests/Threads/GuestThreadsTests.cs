using System.Diagnostics;
using Mik.Server.Threads;

namespace Mik.Server.Tests.Threads;

public sealed class GuestThreadsTests
{
    [Fact]
    public async Task RunAsync_ManyBlockedFunctions_NeverStarveAnother()
    {
        var threads = new GuestThreads(101);
        using var release = new ManualResetEventSlim();
        var blocked = Enumerable.Range(0, 100).Select(_ => threads.RunAsync(() =>
        {
            release.Wait();
            return 0;
        })).ToArray();

        Assert.Equal(42, await threads.RunAsync(() => 42).WaitAsync(TimeSpan.FromSeconds(10)));

        release.Set();
        await Task.WhenAll(blocked);
    }

    [Fact]
    public async Task RunAsync_AtTheLimit_WaitsForAThread()
    {
        var threads = new GuestThreads(1);
        using var release = new ManualResetEventSlim();
        var first = threads.RunAsync(() =>
        {
            release.Wait();
            return 1;
        });
        var second = threads.RunAsync(() => 2);
        Assert.False(second.IsCompleted);

        release.Set();

        Assert.Equal(1, await first);
        Assert.Equal(2, await second);
        Assert.Equal(1, threads.Count);
    }

    [Fact]
    public async Task RunAsync_Failure_GoesToTheCaller()
    {
        var threads = new GuestThreads(1);

        await Assert.ThrowsAsync<InvalidOperationException>(() => threads.RunAsync<int>(() => throw new InvalidOperationException()));

        Assert.Equal(1, await threads.RunAsync(() => 1));
    }

    [Fact]
    public async Task Count_AfterIdleTime_FallsToNone()
    {
        var threads = new GuestThreads(50, TimeSpan.FromMilliseconds(20));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(index => threads.RunAsync(() => index)));

        var waited = Stopwatch.StartNew();
        while (threads.Count > 0 && waited.Elapsed < TimeSpan.FromSeconds(20))
        {
            await Task.Yield();
        }

        Assert.Equal(0, threads.Count);
        Assert.Equal(7, await threads.RunAsync(() => 7));
    }

    [Fact]
    public async Task RunAsync_RetiringAndStarting_LoseNothing()
    {
        var threads = new GuestThreads(8, TimeSpan.FromMilliseconds(1));
        for (var round = 0; round < 2000; round++)
        {
            Assert.Equal(round, await threads.RunAsync(() => round).WaitAsync(TimeSpan.FromSeconds(10)));
        }
    }

    [Fact]
    public async Task RunAsync_DeepRecursion_HasTheStackForIt()
    {
        var threads = new GuestThreads(1);

        Assert.Equal(100_000, await threads.RunAsync(() => Depth(100_000)));
    }

    private static int Depth(int remaining) => remaining == 0 ? 0 : 1 + Depth(remaining - 1);
}
