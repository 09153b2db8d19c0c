using System.Diagnostics;
using Mik.AspNetCore.Threads;

namespace Mik.Server.Tests.Threads;

public sealed class GuestThreadsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

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

        Assert.Equal(42, await threads.RunAsync(() => 42).WaitAsync(Limit));

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

        // A thread whose work took long is not used again.
        Assert.InRange(threads.Count, 0, 1);
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
        while (threads.Count > 0 && waited.Elapsed < Limit)
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
            Assert.Equal(round, await threads.RunAsync(() => round).WaitAsync(Limit));
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
        using var threads = new GuestThreads(8, places: 1, longRun: TimeSpan.MaxValue);
        var (inside, most) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => threads.RunAsync(() =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            Thread.Yield();
            return Interlocked.Decrement(ref inside);
        }))).WaitAsync(Limit);

        Assert.Equal(1, most);
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

    [Fact]
    public async Task Start_ManyThatLoopOfOneGroup_RunUpToANumberAndOthersBesideThem()
    {
        using var threads = new GuestThreads(500);
        var most = Math.Max(Environment.ProcessorCount + 1, GuestPlaces.MostPerProcessor * Environment.ProcessorCount);
        var loops = new Loops();
        var all = Enumerable.Range(0, most + 40).Select(_ => loops.Start(threads)).ToArray();
        Assert.True(SpinWait.SpinUntil(() => loops.Running >= most, Limit));

        // Others pass by those that wait.
        for (var other = 0; other < 5; other++)
        {
            Assert.Equal(other, await threads.RunAsync(() => other).WaitAsync(Limit));
        }

        Assert.Equal(most, loops.Running);
        Assert.Equal(40, threads.InLine);
        loops.IsOver = true;
        await Task.WhenAll(all).WaitAsync(Limit);
        Assert.Equal(43, await threads.RunAsync(() => 43).WaitAsync(Limit));
    }

    [Fact]
    public async Task Start_GuestsThatLoop_HaveALowerPriorityTheMoreThereAre()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var threads = new GuestThreads(64);
        var ours = Nice();
        foreach (var count in new[] { 1, 4 })
        {
            var loops = new Loops();
            var all = Enumerable.Range(0, count).Select(_ => loops.Start(threads)).ToArray();
            var expected = Math.Min(NativePriority.MaxNice, ours + (count == 1 ? 5 : 10));
            Assert.True(SpinWait.SpinUntil(() => loops.Niceness().Count(nice => nice >= expected) == count, Limit), string.Join(' ', loops.Niceness()));

            // One that does not loop has the priority of all; so has one that comes after them.
            Assert.Equal(ours, await threads.RunAsync(Nice).WaitAsync(Limit));
            loops.IsOver = true;
            await Task.WhenAll(all).WaitAsync(Limit);
            Assert.Equal(ours, await threads.RunAsync(Nice).WaitAsync(Limit));
        }
    }

    [Fact]
    public void Line_OfSeveralGroups_TakesTurns()
    {
        var line = new FairLine();
        var (first, second, third) = (new object(), new object(), new object());
        foreach (var group in new[] { first, first, first, second, second, third })
        {
            line.Enqueue(new Grouped(group));
        }

        Assert.Equal([first, second, third, second], Take(4, group => group == first && line.Count < 6));
        Assert.False(line.TryDequeue(group => group == first, out _));
        Assert.Equal([first, first], Take(2, _ => false));
        Assert.Equal(0, line.Count);

        List<object?> Take(int count, Func<object, bool> mustWait) =>
            [.. Enumerable.Range(0, count).Select(_ => line.TryDequeue(mustWait, out var work) ? work.Group : null)];
    }

    /// <summary>The nice value of the calling thread, as the system tells it.</summary>
    private static int Nice() => NiceOf(NativePriority.CurrentThread);

    private static int NiceOf(int thread)
    {
        var text = File.ReadAllText($"/proc/self/task/{thread}/stat");

        // The name in brackets may have blanks.
        return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[16], System.Globalization.CultureInfo.InvariantCulture);
    }

    private sealed record Grouped(object Group) : IGuestWork
    {
        public void Run()
        {
        }
    }

    /// <summary>Guests of one group that loop until they are told.</summary>
    private sealed class Loops
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<int> _threads = new();
        private volatile bool _isOver;

        public int Running => _threads.Count;

        public bool IsOver
        {
            set => _isOver = value;
        }

        public IEnumerable<int> Niceness() => _threads.Select(NiceOf);

        public Task Start(GuestThreads threads)
        {
            var loop = new Loop(this);
            threads.Start(loop);
            return loop.Task;
        }

        private sealed class Loop(Loops all) : IGuestWork
        {
            private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

            public object Group => all;

            public Task Task => _done.Task;

            public void Run()
            {
                all._threads.Enqueue(NativePriority.CurrentThread);
                SpinWait.SpinUntil(() => all._isOver, Limit);
                _done.SetResult();
            }
        }
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
