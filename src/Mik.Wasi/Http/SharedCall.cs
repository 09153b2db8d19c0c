using System.Diagnostics;
using Mik.Components.Runtime;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Http;

/// <summary>
/// A request through an instance that serves others as well, before it, after it or at the same time. A turn may be for all of them, on the thread of any.
/// </summary>
internal sealed class SharedCall(Func<SharedInstances> instances, HttpExchange exchange, WasiHttpContext context) : HttpCall(exchange, context), IDisposable
{
    private readonly CancellationToken _stopped = context.CancellationToken;
    private readonly Activity? _span = Activity.Current;
    private CancellationTokenSource? _end;
    private CancellationTokenRegistration _registration;
    private ITimer? _lastMoment;
    private SharedInstance? _shared;
    private TimeSpan _hostTime;
    private long _readyAt;
    private volatile bool _isOver;
    private volatile bool _isStopped;

    /// <summary>Its tasks, and what is the host's of it.</summary>
    public TaskGroup? Group { get; private set; }

    /// <summary>The call of the guest, once it has begun.</summary>
    public GuestTask? Task { get; set; }

    /// <summary>What its code sees of the world.</summary>
    public WasiHttpContext Guest => Context;

    /// <summary>Whether it has begun.</summary>
    public bool HasBegun { get; set; }

    /// <summary>Whether its deadline has passed, or nobody waits for it any more.</summary>
    public bool IsStopped => _isStopped;

    /// <inheritdoc/>
    public override bool RunTurn()
    {
        if (_isOver)
        {
            return true;
        }
        if (_shared is { } shared)
        {
            return shared.RunTurn(this);
        }
        try
        {
            shared = instances().Take(this);
        }
        catch (Exception exception)
        {
            // There is no instance.
            Failure = exception;
            Context.End();
            return true;
        }
        return shared.Begin(this);
    }

    /// <summary>It has a place in an instance.</summary>
    /// <param name="shared">The instance.</param>
    /// <param name="loop">Runs its tasks.</param>
    /// <param name="charged">What it has been charged for the instance.</param>
    /// <param name="hostTime">What the host has worked for the instance till now.</param>
    /// <param name="startedAt">When it began to look for one.</param>
    public void Join(SharedInstance shared, TaskLoop loop, long charged, TimeSpan hostTime, long startedAt)
    {
        Group = new TaskGroup(loop, Context, Context.Budget) { Share = charged };
        // A task that is told to stop may still want its host for that.
        _end = new CancellationTokenSource();
        Context.Share(Group, _span, _end.Token);
        (_hostTime, _shared, _readyAt) = (hostTime, shared, Stopwatch.GetTimestamp());
        _registration = _stopped.UnsafeRegister(static call => ((SharedCall)call!).Stop(), this);
        Context.Observer?.Instantiated(Stopwatch.GetElapsedTime(startedAt, _readyAt));
    }

    /// <summary>Its instance has ended before it began: it takes another one in its next turn.</summary>
    public void Leave()
    {
        Dispose();
        Group!.Close();
        Context.Observer?.Released(TimeSpan.Zero, TimeSpan.Zero, 0);
        (Group, _shared) = (null, null);
        Context.EndWith(_stopped);
    }

    /// <summary>It is over. Called in a turn; afterwards <see cref="RunTurn"/> says so.</summary>
    /// <param name="failure">What ended it, or null.</param>
    /// <param name="heir">What is charged for whatever it leaves behind.</param>
    /// <param name="hostTime">What the host has worked for the instance till now.</param>
    /// <param name="memoryBytes">What memory the instance has.</param>
    public void End(Exception? failure, ResourceBudget heir, TimeSpan hostTime, long memoryBytes)
    {
        _registration.Dispose();
        try
        {
            Failure = Judge(failure);
            _end!.Cancel();
            Group!.Close(heir);
        }
        catch (Exception exception)
        {
            Failure ??= exception;
        }
        finally
        {
            Dispose();
            Context.EndLines();
        }
        if (hostTime > _hostTime)
        {
            Context.Observer?.CalledHost(hostTime - _hostTime);
        }
        Context.Observer?.Released(Stopwatch.GetElapsedTime(_readyAt), TimeSpan.Zero, memoryBytes);
        _isOver = true;
    }

    /// <summary>Its instance is being ended: whatever waits on a thread for the host waits no more. Called by any thread.</summary>
    public void EndWaits() => _end!.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        Interlocked.Exchange(ref _lastMoment, null)?.Dispose();
    }

    private void Stop()
    {
        var shared = _shared!;
        _isStopped = true;
        _lastMoment = Context.TimeProvider.CreateTimer(
            static call => ((SharedCall)call!)._shared?.EndFor((SharedCall)call), this, shared.CancelTime, Timeout.InfiniteTimeSpan);
        shared.Cancel(this);
    }
}
