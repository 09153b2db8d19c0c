using System.Runtime.ExceptionServices;

namespace Mik.Components.Runtime;

/// <summary>
/// A stack of its own for core code that may wait inside: a thread, to which the turn is handed and which hands it back when the code has returned or waits.
/// Of all threads of an instance one runs at a time.
/// </summary>
/// <param name="code">What runs on it.</param>
internal sealed class TaskStack(Action code)
{
    private readonly object _gate = new();
    private bool _hasTurn;
    private Exception? _failure;

    /// <summary>What it waits for; only while it waits.</summary>
    public Func<bool>? Condition { get; private set; }

    /// <summary>Whether its code has returned, or was ended.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether it shall end where it waits: nothing of it is wanted any more.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>Runs on the stack's own thread.</summary>
    public void Main()
    {
        lock (_gate)
        {
            WaitForTurn();
        }
        try
        {
            code();
        }
        catch (Exception exception)
        {
            _failure = exception;
        }
        lock (_gate)
        {
            IsOver = true;
            GiveBack();
        }
    }

    /// <summary>Hands it the turn, and takes that back. Called on another stack.</summary>
    public void Go()
    {
        lock (_gate)
        {
            _hasTurn = true;
            Monitor.PulseAll(_gate);
            while (_hasTurn)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Hands the turn back, and waits for the next. Called on this stack.</summary>
    public void Wait(Func<bool> condition)
    {
        Condition = condition;
        lock (_gate)
        {
            GiveBack();
            WaitForTurn();
        }
        Condition = null;
    }

    /// <summary>Throws what ended its code, if that did not return.</summary>
    public void ThrowFailure()
    {
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private void GiveBack()
    {
        _hasTurn = false;
        Monitor.PulseAll(_gate);
    }

    private void WaitForTurn()
    {
        while (!_hasTurn)
        {
            Monitor.Wait(_gate);
        }
    }
}
