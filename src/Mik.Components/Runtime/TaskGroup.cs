using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>
/// What began with one call by the host, in an instance that serves several: its tasks, and those of guests that they call; what the host does for them,
/// and what of the host they are given. Used in turns, except where it says otherwise.
/// </summary>
/// <param name="loop">Runs the tasks.</param>
/// <param name="hostContext">What host functions are given.</param>
/// <param name="budget">What they draw on.</param>
internal sealed class TaskGroup(TaskLoop loop, object hostContext, ResourceBudget budget) : IHostWork
{
    private readonly OwnedDisposables _owned = new();
    private volatile bool _isClosed;
    private int _holds;

    /// <summary>What host functions are given when this group's code runs.</summary>
    public object Context => hostContext;

    /// <summary>What its code draws on.</summary>
    public ResourceBudget Budget => budget;

    /// <summary>What of the instance itself <see cref="Budget"/> has been charged.</summary>
    public long Share { get; set; }

    /// <summary>Tasks that have not ended.</summary>
    public int LiveTasks { get; set; }

    /// <summary>Whether it is over, and what lasts is nobody's.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Whether nothing goes on any more that began with the call.</summary>
    public bool IsOver => LiveTasks == 0 && _holds == 0;

    /// <inheritdoc/>
    public object? HostContext => loop.HostContext;

    /// <inheritdoc/>
    public HostOperation Await(Task task, Action next) => loop.Await(task, next, this);

    /// <inheritdoc/>
    public void Hold()
    {
        _holds++;
        loop.Hold();
    }

    /// <inheritdoc/>
    public void Release()
    {
        _holds--;
        loop.Release();
    }

    /// <inheritdoc/>
    public void Own(IDisposable thing) => _owned.Add(thing);

    /// <inheritdoc/>
    public void Disown(IDisposable thing) => _owned.Remove(thing);

    /// <summary>The call is over: ends what the host still does for it.</summary>
    public void Close()
    {
        _isClosed = true;
        _owned.Close();
    }

    /// <summary>The same, with its budget.</summary>
    /// <param name="heir">What is charged for whatever it leaves behind.</param>
    public void Close(ResourceBudget heir)
    {
        try
        {
            Close();
        }
        finally
        {
            budget.EndInto(heir, Share);
        }
    }
}
