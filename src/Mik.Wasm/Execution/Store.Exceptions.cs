using Mik.Wasm.Objects;

namespace Mik.Wasm.Execution;

/// <content>The exception that is on its way, and which code may run here.</content>
public sealed unsafe partial class Store
{
    private RecentThrowers? _throwers;
    private object? _pending;
    private string? _thrower;

    /// <summary>Whether code that knows exceptions may run here, and whether code that does not; never both.</summary>
    internal (bool Aware, bool Plain) Exceptions { get; private set; }

    /// <summary>Notes which code an instance has.</summary>
    /// <exception cref="InvalidOperationException">Instances of the other kind are here.</exception>
    internal void NoteExceptions(bool aware)
    {
        if (aware ? Exceptions.Plain : Exceptions.Aware)
        {
            throw new InvalidOperationException(
                "A module that uses exceptions cannot share a store with one that was compiled without them; compile all with exceptions.");
        }
        Exceptions = aware ? (true, false) : (false, true);
    }

    /// <summary>The exception that is on its way.</summary>
    internal object Pending => _pending!;

    /// <summary>An exception is on its way: whoever called the code that runs looks for it.</summary>
    /// <param name="exception">The exception as guests have it.</param>
    /// <param name="thrower">The name of the function that throws it.</param>
    internal void SetPending(object exception, string thrower)
    {
        (_throwers ??= new()).Add(exception, thrower);
        SetOnItsWay(exception, thrower);
    }

    /// <summary>An exception that was caught goes on; its thrower is who threw it first.</summary>
    /// <param name="exception">The exception as guests have it.</param>
    /// <param name="rethrower">The name of the function that throws it again, for when it is not known who threw it first.</param>
    internal void SetPendingAgain(object exception, string rethrower) => SetOnItsWay(exception, _throwers?.Find(exception) ?? rethrower);

    /// <summary>A handler was found.</summary>
    internal object TakePending()
    {
        var exception = _pending!;
        _pending = null;
        _state->Pending = 0;
        return exception;
    }

    private void SetOnItsWay(object exception, string thrower)
    {
        _pending = exception;
        _thrower = thrower;
        _state->Pending = 1;
    }

    /// <summary>Gives an exception that left the guest to the host.</summary>
    /// <exception cref="GuestException">There is one.</exception>
    internal void ThrowPending()
    {
        if (_state->Pending != 0)
        {
            var package = (GuestObject)TakePending();
            var tag = _tags[package.Type];
            throw new GuestException(tag, package, _thrower ?? "a function", ExceptionPackage.Values(tag, package));
        }
    }

    /// <summary>Ends the guest when an exception left it.</summary>
    /// <exception cref="Trap">There is one.</exception>
    internal void TrapPending()
    {
        if (_state->Pending != 0)
        {
            TakePending();
            throw new Trap(TrapKind.UncaughtException, $"uncaught exception thrown in {_thrower}");
        }
    }
}
