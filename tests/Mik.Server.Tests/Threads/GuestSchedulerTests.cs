using Mik.AspNetCore.Threads;
using Mik.Server.Hosting;
using Mik.Wasm.Execution;

namespace Mik.Server.Tests.Threads;

public sealed class GuestSchedulerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly ExecutionLimits Limits = new();

    [Fact]
    public async Task RunOrStart_QuickGuests_RunOnTheCallingThread()
    {
        using var scheduler = new GuestScheduler(new GuestThreads(8), ThreadPoolRoom.Places);

        var (here, there) = await Task.Run(() => (Environment.CurrentManagedThreadId, ThreadOf(scheduler, Quick(), Limits)));

        Assert.Equal(here, await there.WaitAsync(Limit));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunOrStart_CallerWhoWaits_LendsItsThreadToQuickGuestsOnly(bool isQuick)
    {
        using var scheduler = new GuestScheduler(new GuestThreads(8), ThreadPoolRoom.Places);
        var (here, there) = (0, Task.FromResult(0));
        var thread = new Thread(() =>
        {
            (here, there) = (Environment.CurrentManagedThreadId, ThreadOf(scheduler, isQuick ? Quick() : new RunTimeAverage(), Limits, Thread.CurrentThread));
        }, 16 << 20);
        thread.Start();
        thread.Join();

        Assert.Equal(isQuick, here == await there.WaitAsync(Limit));
    }

    [Fact]
    public async Task RunOrStart_UnknownOrSlowGuests_RunOnThreadsOfTheirOwn()
    {
        using var scheduler = new GuestScheduler(new GuestThreads(8), ThreadPoolRoom.Places);
        var slow = Quick();
        slow.Record(TimeSpan.FromSeconds(30));

        foreach (var pace in new[] { new RunTimeAverage(), slow })
        {
            var (here, there) = await Task.Run(() => (Environment.CurrentManagedThreadId, ThreadOf(scheduler, pace, Limits)));

            Assert.NotEqual(here, await there.WaitAsync(Limit));
        }
    }

    [Fact]
    public async Task RunOrStart_LittleStackLeft_RunsOnAThreadOfItsOwn()
    {
        using var scheduler = new GuestScheduler(new GuestThreads(8), ThreadPoolRoom.Places);
        var deep = new ExecutionLimits { StackBytes = int.MaxValue };

        var (here, there) = await Task.Run(() => (Environment.CurrentManagedThreadId, ThreadOf(scheduler, Quick(), deep)));

        Assert.NotEqual(here, await there.WaitAsync(Limit));
    }

    [Fact]
    public async Task RunOrStart_OneThoughtQuickThatStays_SaysSoOfItsModuleWhileItRuns()
    {
        using var scheduler = new GuestScheduler(new GuestThreads(8), ThreadPoolRoom.Places);
        var pace = Quick();

        var wasSeen = await Task.Run(() =>
        {
            var seen = false;
            Assert.True(scheduler.RunOrStart(new Work(() => seen = SpinWait.SpinUntil(() => !pace.IsQuick, Limit)), pace, Limits));
            return seen;
        });

        Assert.True(wasSeen);
    }

    [Fact]
    public async Task RunOrStart_ManyQuickOnesThatBlock_LeaveThePoolThreads()
    {
        ThreadPoolRoom.Make();
        const int Count = 100;
        using var scheduler = new GuestScheduler(new GuestThreads(Count), ThreadPoolRoom.Places);
        using var release = new ManualResetEventSlim();
        using var running = new CountdownEvent(Count);
        var pace = Quick();
        var all = Enumerable.Range(0, Count).Select(_ => Task.Run(() => scheduler.RunOrStart(
            new Work(() =>
            {
                running.Signal();
                release.Wait();
            }),
            pace,
            Limits))).ToArray();

        // All of them run at once, and the pool still does other work.
        Assert.True(await Task.Factory.StartNew(() => running.Wait(Limit), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        Assert.Equal(42, await Task.Run(() => 42).WaitAsync(Limit));

        release.Set();
        await Task.WhenAll(all).WaitAsync(Limit);
    }

    [Fact]
    public void TryTake_AllPlacesTakenForLong_GivesNone()
    {
        using var places = new PoolPlaces(2);
        List<(PoolPlaces.Place Place, RunTimeAverage Pace)> taken = [];
        var pace = Quick();

        // Each that is taken for long opens another one, up to as many again.
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                if (places.TryTake(pace) is { } place)
                {
                    taken.Add((place, pace));
                    pace = Quick();
                }

                return taken.Count == 4 && taken.TrueForAll(one => !one.Pace.IsQuick);
            },
            Limit));
        Assert.Null(places.TryTake(pace));

        taken.ForEach(one => places.Return(one.Place));
        Assert.NotNull(places.TryTake(pace));
    }

    [Fact]
    public void IsQuick_FollowsWhatGuestsTakeNow()
    {
        var pace = new RunTimeAverage();
        Assert.False(pace.IsQuick);

        Record(pace, TimeSpan.FromMicroseconds(5), 50);
        Assert.True(pace.IsQuick);

        // One alone may have been put aside by a busy machine.
        Record(pace, TimeSpan.FromMilliseconds(20), 1);
        Assert.True(pace.IsQuick);

        Record(pace, TimeSpan.FromMilliseconds(20), 8);
        Assert.False(pace.IsQuick);

        Record(pace, TimeSpan.FromMicroseconds(5), 200);
        Record(pace, TimeSpan.FromMilliseconds(100), 1);
        Assert.False(pace.IsQuick);

        Record(pace, TimeSpan.FromMicroseconds(5), 200);
        Assert.True(pace.IsQuick);
    }

    private static RunTimeAverage Quick()
    {
        var pace = new RunTimeAverage();
        Record(pace, TimeSpan.Zero, 100);
        return pace;
    }

    private static void Record(RunTimeAverage pace, TimeSpan took, int times)
    {
        for (var i = 0; i < times; i++)
        {
            pace.Record(took);
        }
    }

    private static Task<int> ThreadOf(GuestScheduler scheduler, RunTimeAverage pace, ExecutionLimits limits, Thread? waiting = null)
    {
        var thread = new TaskCompletionSource<int>();
        scheduler.RunOrStart(new Work(() => thread.SetResult(Environment.CurrentManagedThreadId)), pace, limits, waiting: waiting);
        return thread.Task;
    }

    private sealed class Work(Action action) : IGuestWork
    {
        public void Run() => action();
    }
}
