namespace Mik.Components.Runtime;

/// <summary>Something that the host does for a guest while the guest may do other things. What follows from its end is done in a turn of the loop.</summary>
/// <param name="loop">Whose turn it is done in.</param>
/// <param name="next">What follows.</param>
/// <param name="group">The call that it belongs to, where an instance serves several.</param>
/// <param name="isCounted">Whether the loop waits for it.</param>
internal sealed class HostOperation(TaskLoop loop, Action next, TaskGroup? group, bool isCounted = true)
{
    private volatile bool _isOver;

    /// <summary>The call that it belongs to, where an instance serves several.</summary>
    public TaskGroup? Group => group;

    /// <summary>What was waited for has ended. Called by any thread.</summary>
    public void Post()
    {
        // A guest that begins and abandons without end would fill the line, which a turn empties that never comes.
        if (!_isOver)
        {
            loop.Post(this);
        }
    }

    /// <summary>Does what follows, unless nobody waits for it any more. Called in a turn.</summary>
    public void Complete()
    {
        if (!_isOver)
        {
            End();
            next();
        }
    }

    /// <summary>Nobody waits for it any more. Called in a turn.</summary>
    public void Abandon()
    {
        if (!_isOver)
        {
            End();
        }
    }

    private void End()
    {
        _isOver = true;
        if (isCounted)
        {
            loop.EndOperation();
        }
    }
}
