using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>
/// The stacks of one instance's tasks (CanonicalABI.md, "Stack Switching"). Core code that may wait inside, and below which other code waits to go on, runs
/// on a stack of its own; what waits there goes on when its condition holds, in whatever order that becomes so.
/// </summary>
internal sealed class TaskStacks(RootInstance root)
{
    /// <summary>Most stacks of one instance, besides the one that the turn came with.</summary>
    public const int Maximum = 8;

    private readonly LinkedList<TaskStack> _waiting = new();
    private TaskStack? _current;
    private int _count;

    /// <summary>Whether the running code is on a stack that can wait by itself.</summary>
    public bool IsOnOwnStack => _current is not null;

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => _waiting.Count == 0;

    /// <summary>Runs code on a stack of its own until it has returned or waits.</summary>
    /// <exception cref="Trap">There are too many stacks, or the guest was ended.</exception>
    /// <exception cref="ThreadShortageException">Others have all threads, or those that the component may have: it is not this guest's fault.</exception>
    public void Run(Action code)
    {
        if (_count >= Maximum)
        {
            throw new Trap(LimitedResource.Stack, $"more than {Maximum} stacks wait in one instance");
        }
        var stack = new TaskStack(() => Enter(code));
        if (!StackThreads.TryStart(stack.Main, root.Store.Limits.StackBytes, root.Adapters.Stacks))
        {
            throw new ThreadShortageException("there is no thread for another stack");
        }
        _count++;
        HandTo(stack);
    }

    /// <summary>Waits on the running stack, which is one of its own, until a condition holds; the others go on meanwhile.</summary>
    /// <exception cref="Trap">The guest is ended.</exception>
    public void Wait(Func<bool> condition)
    {
        var stack = _current!;
        _waiting.AddLast(stack);
        var state = root.LeaveStack();
        stack.Wait(condition);
        root.EnterStack(state);
        if (stack.IsAbandoned)
        {
            throw new Trap(TrapKind.Interrupted, "the instance has ended");
        }
        if (root.Store.IsInterrupted)
        {
            throw root.Store.InterruptTrap();
        }
    }

    /// <summary>Lets the first go on whose condition holds; false when none can.</summary>
    public bool ResumeNext()
    {
        for (var place = _waiting.First; place is not null; place = place.Next)
        {
            if (place.Value.Condition!())
            {
                _waiting.Remove(place);
                HandTo(place.Value);
                return true;
            }
        }
        return false;
    }

    /// <summary>Ends all that wait: each unwinds its own frames.</summary>
    public void Abandon()
    {
        while (_waiting.First is { } place)
        {
            _waiting.Remove(place);
            place.Value.IsAbandoned = true;
            try
            {
                HandTo(place.Value);
            }
            catch (Exception exception) when (exception is Trap or OperationCanceledException)
            {
                // That was its end.
            }
        }
    }

    private void Enter(Action code)
    {
        using var entry = root.Store.Enter();
        try
        {
            code();
        }
        catch when (root.NoteFailure())
        {
            throw;
        }
    }

    private void HandTo(TaskStack stack)
    {
        var outer = _current;
        var state = root.LeaveStack();
        _current = stack;
        stack.Go();
        _current = outer;
        var left = stack.IsOver ? root.CallsInside : 0;
        root.EnterStack(state);
        if (stack.IsOver)
        {
            _count--;

            // What an exception ended counts for ever.
            root.CallsInside += left;
            stack.ThrowFailure();
        }
    }
}
