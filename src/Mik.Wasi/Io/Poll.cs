using Mik.Components.HostBinding;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Io;

/// <summary><c>wasi:io/poll</c>: waiting for several events.</summary>
[WitInterface("wasi:io/poll")]
internal static class Poll
{
    /// <summary><c>poll: func(in: list&lt;borrow&lt;pollable&gt;&gt;) -> list&lt;u32&gt;</c></summary>
    /// <exception cref="Trap">The list is empty or too long, or the wait was interrupted.</exception>
    [WitFunction("poll")]
    public static uint[] PollList(WasiContext wasi, Pollable[] @in)
    {
        if (@in.Length == 0)
        {
            throw new Trap(TrapKind.LimitExceeded, "poll takes at least one pollable");
        }
        if (@in.Length > WasiLimits.Pollables)
        {
            throw new Trap(LimitedResource.Timers, $"poll takes at most {WasiLimits.Pollables} pollables, not {@in.Length}");
        }
        while (true)
        {
            var ready = ReadyOf(@in);
            if (ready.Length > 0)
            {
                return ready;
            }
            wasi.WaitAny([.. @in.Select(pollable => pollable.WhenReady())]);
        }
    }

    private static uint[] ReadyOf(Pollable[] pollables)
    {
        var ready = new List<uint>();
        for (var i = 0; i < pollables.Length; i++)
        {
            if (pollables[i].Ready())
            {
                ready.Add((uint)i);
            }
        }
        return [.. ready];
    }
}
