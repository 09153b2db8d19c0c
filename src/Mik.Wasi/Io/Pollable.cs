using Mik.Components.HostBinding;

namespace Mik.Wasi.Io;

/// <summary><c>wasi:io/poll</c>: <c>resource pollable</c>, an event to wait for.</summary>
/// <param name="isReady">Whether the event is there now.</param>
/// <param name="whenReady">A task that ends when it may be there; only called when it is not.</param>
[WitResource("wasi:io/poll", "pollable")]
internal sealed class Pollable(Func<bool> isReady, Func<Task> whenReady)
{
    /// <summary>A pollable that is always ready.</summary>
    public static Pollable Always { get; } = new(() => true, () => Task.CompletedTask);

    /// <summary><c>ready: func() -> bool</c></summary>
    public bool Ready() => isReady();

    /// <summary><c>block: func()</c></summary>
    public void Block(WasiContext wasi)
    {
        while (!isReady())
        {
            wasi.Wait(whenReady());
        }
    }

    /// <summary>Ends when the event may be there.</summary>
    internal Task WhenReady() => whenReady();
}
