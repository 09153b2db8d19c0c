using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>Where functions of the host say what they still do for a guest that has called them.</summary>
internal interface IHostWork
{
    /// <summary>What host functions are given now: that of the request whose code runs.</summary>
    object? HostContext { get; }

    /// <summary>Does something when a task of the host has ended; called in a turn, and done in one.</summary>
    /// <exception cref="Trap">There are too many.</exception>
    HostOperation Await(Task task, Action next);

    /// <summary>Keeps the call from being over while the host has something to do of its own.</summary>
    void Hold();

    /// <summary>The host has done it.</summary>
    void Release();

    /// <summary>Something of the host ends with the call, if it has not ended before. Called by any thread.</summary>
    void Own(IDisposable thing);

    /// <summary>It has ended. Called by any thread.</summary>
    void Disown(IDisposable thing);
}
