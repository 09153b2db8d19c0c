using Mik.Components.HostBinding;

namespace Mik.Wasi.Io;

/// <summary><c>wasi:io/poll</c>: <c>resource pollable</c>, an event to wait for.</summary>
/// <param name="source">What is waited for.</param>
/// <param name="owned">What ends with the pollable.</param>
[WitResource("wasi:io/poll", "pollable")]
internal sealed class Pollable(IPollSource source, IDisposable? owned = null) : IDisposable
{
    /// <summary>An event that two functions tell of.</summary>
    /// <param name="isReady">Whether the event is there now.</param>
    /// <param name="whenReady">A task that ends when it may be there; only called when it is not.</param>
    public Pollable(Func<bool> isReady, Func<Task> whenReady)
        : this(new Functions(isReady, whenReady))
    {
    }

    /// <summary>A pollable that is always ready.</summary>
    public static Pollable Always { get; } = new(() => true, () => Task.CompletedTask);

    /// <summary><c>ready: func() -> bool</c></summary>
    public bool Ready() => source.IsReady();

    /// <summary><c>block: func()</c></summary>
    public void Block(WasiContext wasi) => Wait(source, wasi);

    /// <inheritdoc/>
    public void Dispose() => owned?.Dispose();

    /// <summary>Ends when the event may be there.</summary>
    internal Task WhenReady() => source.WhenReady();

    /// <summary>Waits for an event on the guest's thread.</summary>
    internal static void Wait(IPollSource source, WasiContext wasi)
    {
        while (!source.IsReady())
        {
            wasi.Wait(source.WhenReady());
        }
    }

    private sealed class Functions(Func<bool> isReady, Func<Task> whenReady) : IPollSource
    {
        public bool IsReady() => isReady();

        public Task WhenReady() => whenReady();
    }
}
