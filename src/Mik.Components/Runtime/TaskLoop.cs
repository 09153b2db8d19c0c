using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>How a turn of a <see cref="TaskLoop"/> ended.</summary>
internal enum TurnEnd
{
    /// <summary>Everything waits for the host: <see cref="TaskLoop.Wake"/> is called when there is something to do.</summary>
    Idle,
    /// <summary>There is more to do, and others shall have the thread first.</summary>
    More,
    /// <summary>Nothing is left to do.</summary>
    Done,
}

/// <summary>
/// Runs the tasks of one root instance, a turn at a time. Only a turn touches the instance, and there is never more than one; what the host does
/// meanwhile ends in a queue, from any thread. Between turns no thread is held.
/// </summary>
internal sealed class TaskLoop(RootInstance root) : IHostWork
{
    /// <summary>Most operations of the host at a time.</summary>
    public const int MaximumOperations = 10_000;

    /// <summary>Most calls of imports that have not ended.</summary>
    public const int MaximumSubtasks = 10_000;

    private static readonly TimeSpan LongestTurn = TimeSpan.FromMilliseconds(20);

    private readonly object _gate = new();
    private readonly Queue<HostOperation> _posted = new();
    private readonly LinkedList<GuestTask> _ready = new();
    private readonly OwnedDisposables _owned = new();
    private TaskStacks? _stacks;
    private bool _isScheduled = true;
    private bool _isWaiting;
    private bool _isClosed;
    private int _operations;
    private int _holds;
    private long _paused;

    /// <summary>Called by any thread, not in a turn, when another turn has something to do.</summary>
    public Action? Wake { get; set; }

    /// <summary>Called in a turn before everything waits for the host, or others have the thread.</summary>
    public Action? BeforeIdle { get; set; }

    /// <summary>Whether it serves several calls: then it is never done, but idle when there is nothing to do.</summary>
    public bool IsShared { get; set; }

    /// <summary>Whether calls may come while others wait, and bring about what those wait for.</summary>
    public bool MayBeEntered { get; set; }

    /// <inheritdoc/>
    public object? HostContext => root.HostContext;

    /// <summary>The stacks of tasks that wait inside their core code.</summary>
    public TaskStacks Stacks => _stacks ??= new TaskStacks(root);

    /// <summary>Whether calls come from a program that waits for results one at a time: nothing may stay on its stack.</summary>
    public bool IsDrivenByCalls { get; set; }

    /// <summary>Tasks that have not ended.</summary>
    public int LiveTasks { get; set; }

    /// <summary>Of those, the tasks that have not given their result.</summary>
    public int UnresolvedTasks { get; set; }

    /// <summary>Says which of so many tasks that can go on does; null is the first. For tests: the specification leaves the order open.</summary>
    public Func<int, int>? Choose { get; set; }

    /// <summary>Calls of imports that have not ended.</summary>
    public int Subtasks { get; set; }

    /// <summary>Whether all tasks have given their results, and nothing can bring those to go on that have not ended.</summary>
    public bool IsDone => _operations == 0 && UnresolvedTasks == 0 && _holds == 0;

    /// <summary>Whether nothing goes on.</summary>
    public bool IsAtRest => LiveTasks == 0 && _ready.Count == 0;

    /// <inheritdoc/>
    public void Hold() => _holds++;

    /// <inheritdoc/>
    public void Release() => _holds--;

    /// <summary>
    /// Runs what can go on. The first turn follows the start of a task; each other one a call of <see cref="Wake"/>, or <see cref="TurnEnd.More"/>.
    /// </summary>
    /// <exception cref="Trap">The guest was ended, or it waits for what nobody can bring about.</exception>
    public TurnEnd RunTurn()
    {
        while (true)
        {
            if (RunOnce() is { } end)
            {
                return end;
            }

            // From here on another thread may run the next turn, so the store has been left before.
            lock (_gate)
            {
                if (_posted.Count == 0 && _ready.Count == 0 && !root.Store.IsInterrupted)
                {
                    _isScheduled = false;
                    return TurnEnd.Idle;
                }
            }
        }
    }

    /// <summary>Runs turns on the calling thread until a condition holds, waiting where the guest waits.</summary>
    /// <exception cref="Trap">The guest was ended, or it waits for what nobody can bring about.</exception>
    public void RunUntil(Func<bool> condition)
    {
        while (!condition())
        {
            RunReady(Timeout.InfiniteTimeSpan, condition);
            if (condition())
            {
                return;
            }
            if (_operations == 0)
            {
                root.IsBroken = true;
                throw TaskTraps.Deadlock();
            }
            WaitForPost();
        }
    }

    /// <summary>Lets the others go on, each once, on top of the core code that is running.</summary>
    public void Yield()
    {
        CompletePosted();
        if (Stopwatch.GetElapsedTime(_paused) > LongestTurn)
        {
            _paused = Stopwatch.GetTimestamp();
            BeforeIdle?.Invoke();
        }
        for (var i = _ready.Count; i > 0 && TryTakeFirst(out var task); i--)
        {
            task.Resume();
        }
    }

    /// <summary>A task can go on.</summary>
    public void Enqueue(GuestTask task) => _ready.AddLast(task.Place);

    /// <inheritdoc/>
    public HostOperation Await(Task task, Action next) => Await(task, next, root.Group);

    /// <summary>The same for a group of tasks.</summary>
    /// <exception cref="Trap">There are too many.</exception>
    public HostOperation Await(Task task, Action next, TaskGroup? group)
    {
        var operation = new HostOperation(this, next);
        operation.Wait(task, group);
        return operation;
    }

    /// <summary>Something of the host is waited for.</summary>
    /// <exception cref="Trap">There are too many.</exception>
    public void BeginOperation()
    {
        if (_operations >= MaximumOperations)
        {
            throw new Trap(LimitedResource.Timers, $"more than {MaximumOperations} operations of the host at once");
        }
        _operations++;
    }

    /// <summary>
    /// Has something done in a turn, by any thread. True when the caller must see to it that there is one: <see cref="Wake"/> is not called.
    /// </summary>
    public bool Request(Action action)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }
            var request = new HostOperation(this, action, isCounted: false);
            request.SetInLine();
            _posted.Enqueue(request);
            return MustWake();
        }
    }

    /// <summary>An operation has ended or is not waited for any more.</summary>
    public void EndOperation() => _operations--;

    /// <summary>An operation of the host has ended. Called by any thread.</summary>
    public void Post(HostOperation operation)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }
            _posted.Enqueue(operation);
            if (!MustWake())
            {
                return;
            }
        }
        Wake?.Invoke();
    }

    /// <summary>The store was interrupted: there is a turn that says so. Called by any thread.</summary>
    public void Interrupt()
    {
        lock (_gate)
        {
            if (_isClosed || !MustWake())
            {
                return;
            }
        }
        Wake?.Invoke();
    }

    /// <inheritdoc/>
    public void Own(IDisposable thing) => _owned.Add(thing);

    /// <inheritdoc/>
    public void Disown(IDisposable thing) => _owned.Remove(thing);

    /// <summary>From now on what ends late changes nothing.</summary>
    public void Close()
    {
        _stacks?.Abandon();
        lock (_gate)
        {
            _isClosed = true;
            _posted.Clear();
        }
        _ready.Clear();
        _owned.Close();
    }

    // What another call brings comes first.
    private bool IsStuck
    {
        get
        {
            lock (_gate)
            {
                return !MayBeEntered && _operations == 0 && _posted.Count == 0 && _ready.Count == 0 && (UnresolvedTasks > 0 || _holds > 0);
            }
        }
    }

    private bool MustWake()
    {
        if (_isWaiting)
        {
            Monitor.Pulse(_gate);
        }
        if (_isScheduled)
        {
            return false;
        }
        _isScheduled = true;
        return true;
    }

    /// <summary>Runs what can go on; null when everything waits for the host.</summary>
    private TurnEnd? RunOnce()
    {
        using var entry = root.Store.Enter();
        var isIdle = RunReady(LongestTurn);
        if (IsShared)
        {
            BeforeIdle!();
            return !isIdle ? TurnEnd.More : IsStuck ? throw TaskTraps.Deadlock() : null;
        }
        if (!isIdle)
        {
            BeforeIdle?.Invoke();
            return TurnEnd.More;
        }
        if (LiveTasks == 0 && _holds == 0)
        {
            return TurnEnd.Done;
        }
        if (_operations == 0)
        {
            return UnresolvedTasks > 0 || _holds > 0 ? throw TaskTraps.Deadlock() : TurnEnd.Done;
        }
        BeforeIdle?.Invoke();
        return null;
    }

    /// <summary>Runs tasks until none can go on, and true; or for a while.</summary>
    private bool RunReady(TimeSpan longest, Func<bool>? until = null)
    {
        var startedAt = Stopwatch.GetTimestamp();
        while (until is null || !until())
        {
            CompletePosted();
            var isIdle = !TryTakeReady(out var task);
            task?.Resume();
            if (_stacks is not { IsEmpty: false } || !_stacks.ResumeNext())
            {
                if (isIdle)
                {
                    return true;
                }
            }
            if (longest != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(startedAt) > longest)
            {
                return false;
            }
            if (root.Store.IsInterrupted)
            {
                throw root.Store.InterruptTrap();
            }
        }
        return true;
    }

    private bool TryTakeReady([NotNullWhen(true)] out GuestTask? task)
    {
        for (var others = Choose is { } choose && _ready.Count > 1 ? choose(_ready.Count) : 0; others > 0 && TryTakeFirst(out var other); others--)
        {
            Enqueue(other);
        }
        return TryTakeFirst(out task);
    }

    private bool TryTakeFirst([NotNullWhen(true)] out GuestTask? task)
    {
        task = _ready.First?.Value;
        if (task is not null)
        {
            _ready.RemoveFirst();
        }
        return task is not null;
    }

    private void CompletePosted()
    {
        while (true)
        {
            HostOperation operation;
            lock (_gate)
            {
                if (!_posted.TryDequeue(out operation!))
                {
                    return;
                }
            }
            var outer = root.Group;
            root.SwitchTo(operation.Group is { IsClosed: true } ? null : operation.Group);
            operation.Complete();
            root.SwitchTo(outer);
        }
    }

    private void WaitForPost()
    {
        var waits = root.HostContext as IGuestWaits;
        waits?.BeginWait();
        try
        {
            lock (_gate)
            {
                _isWaiting = true;
                while (_posted.Count == 0 && !root.Store.IsInterrupted)
                {
                    Monitor.Wait(_gate);
                }
                _isWaiting = false;
            }
        }
        finally
        {
            waits?.EndWait();
        }
        if (root.Store.IsInterrupted)
        {
            throw root.Store.InterruptTrap();
        }
    }
}
