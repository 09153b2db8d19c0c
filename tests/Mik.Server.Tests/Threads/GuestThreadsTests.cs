using System.Diagnostics;
using Mik.Server.Threads;

namespace Mik.Server.Tests.Threads;

public sealed class GuestThreadsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task RunAsync_ManyBlockedFunctions_NeverStarveAnother()
    {
        using var threads = new GuestThreads(101);
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
        using var threads = new GuestThreads(1);
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
        using var threads = new GuestThreads(1);

        await Assert.ThrowsAsync<InvalidOperationException>(() => threads.RunAsync<int>(() => throw new InvalidOperationException()));

        Assert.Equal(1, await threads.RunAsync(() => 1));
    }

    [Fact]
    public async Task Count_AfterIdleTime_FallsToNone()
    {
        using var threads = new GuestThreads(50, TimeSpan.FromMilliseconds(20));
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
        using var threads = new GuestThreads(8, TimeSpan.FromMilliseconds(1));
        for (var round = 0; round < 2000; round++)
        {
            Assert.Equal(round, await threads.RunAsync(() => round).WaitAsync(TimeSpan.FromSeconds(10)));
        }
    }

    [Fact]
    public async Task RunAsync_DeepRecursion_HasTheStackForIt()
    {
        using var threads = new GuestThreads(1);

        Assert.Equal(100_000, await threads.RunAsync(() => Depth(100_000)));
    }

    [Fact]
    public async Task Start_PlacesTaken_WaitsInLine()
    {
        using var threads = new GuestThreads(8, places: 1);
        var (inside, most) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => threads.RunAsync(() =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            Thread.Yield();
            return Interlocked.Decrement(ref inside);
        }))).WaitAsync(Limit);

        // None takes as long as a guest must to lose its place, unless the machine stands still meanwhile.
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task BeginWait_GivesThePlaceToTheNext()
    {
        using var threads = new GuestThreads(8, places: 1);
        using var second = new ManualResetEventSlim();
        var first = threads.RunAsync(() =>
        {
            GuestThreads.BeginWait();
            var isSet = second.Wait(Limit);
            GuestThreads.EndWait();
            return isSet;
        });

        await threads.RunAsync(() =>
        {
            second.Set();
            return 0;
        }).WaitAsync(Limit);

        Assert.True(await first.WaitAsync(Limit));
        Assert.Equal(3, await threads.RunAsync(() => 3).WaitAsync(Limit));
    }

    [Fact]
    public async Task Start_GuestsThatLoop_LetOthersStartBesideThem()
    {
        using var threads = new GuestThreads(64, places: 2);
        var isOver = false;
        var loops = Enumerable.Range(0, 20).Select(_ => threads.RunAsync(() =>
        {
            SpinWait.SpinUntil(() => Volatile.Read(ref isOver), Limit);
            return 0;
        })).ToArray();

        Assert.Equal(42, await threads.RunAsync(() => 42).WaitAsync(Limit));

        Volatile.Write(ref isOver, true);
        await Task.WhenAll(loops).WaitAsync(Limit);
        Assert.Equal(43, await threads.RunAsync(() => 43).WaitAsync(Limit));
    }

    [Fact]
    public async Task Start_WhatIsCalled_GoesBeforeWhatHasNotBegun()
    {
        using var threads = new GuestThreads(1);
        using var release = new ManualResetEventSlim();
        var order = new List<int>();
        var first = threads.RunAsync(() => release.Wait(Limit));
        var others = Enumerable.Range(0, 4).Select(number => new Noted(order, number)).ToArray();
        foreach (var other in others)
        {
            threads.Start(other, isCalled: other.Number >= 2);
        }

        release.Set();

        Assert.True(await first.WaitAsync(Limit));
        await Task.WhenAll(others.Select(other => other.Task)).WaitAsync(Limit);
        Assert.Equal([2, 3, 0, 1], order);
    }

    private sealed class Noted(List<int> order, int number) : IGuestWork
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Number => number;

        public Task Task => _done.Task;

        public void Run()
        {
            order.Add(number);
            _done.SetResult();
        }
    }

    private static int Depth(int remaining) => remaining == 0 ? 0 : 1 + Depth(remaining - 1);
}
