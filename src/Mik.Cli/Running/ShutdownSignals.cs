using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mik.Cli.Running;

/// <summary>SIGINT and SIGTERM: the first asks for an orderly stop, the second ends the process at once.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    private const int SignalExitBase = 128;

    // Wrappers such as timeout(1) signal a process and then its group, so that one request arrives twice.
    private static readonly TimeSpan SameRequest = TimeSpan.FromMilliseconds(200);

    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;
    private long _firstAt;

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
        var firstAt = Interlocked.CompareExchange(ref _firstAt, Stopwatch.GetTimestamp(), 0);
        if (firstAt == 0)
        {
            _first.SetResult();
        }
        else if (Stopwatch.GetElapsedTime(firstAt) > SameRequest)
        {
            Environment.Exit(SignalExitBase + number);
        }
    }
}
