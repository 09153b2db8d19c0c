using System.Runtime.InteropServices;

namespace Mik.Cli.Commands;

/// <summary>SIGINT and SIGTERM: the first asks for an orderly stop, the second ends the process at once.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    private const int SignalExitBase = 128;

    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Begins to listen for signals.</summary>
    public ShutdownSignals() =>
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => OnSignal(signal, number: 2)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => OnSignal(signal, number: 15)),
        ];

    /// <summary>Completes at the first signal.</summary>
    public Task First => _first.Task;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void OnSignal(PosixSignalContext context, int number)
    {
        context.Cancel = true;
        if (!_first.TrySetResult())
        {
            Environment.Exit(SignalExitBase + number);
        }
    }
}
