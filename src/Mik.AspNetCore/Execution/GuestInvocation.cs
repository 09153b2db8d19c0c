using Mik.AspNetCore.Bodies;
using Mik.AspNetCore.Deadlines;
using Mik.AspNetCore.Fields;
using Mik.AspNetCore.Threads;
using Mik.Wasi.Http;
using Mik.Wasm.Execution;

namespace Mik.AspNetCore.Execution;

/// <summary>One request for a guest: what is to run, for what, and within which limits.</summary>
internal sealed record GuestInvocation
{
    /// <summary>Runs the guest.</summary>
    public required GuestHandler Handle { get; init; }

    /// <summary>Begins a request that is served in turns; null, or gives null, where <see cref="Handle"/> serves it.</summary>
    public GuestBeginning? Begin { get; init; }

    /// <summary>How long guests of this component take.</summary>
    public required RunTimeAverage Pace { get; init; }

    /// <summary>The path and query that the guest sees.</summary>
    public required string PathWithQuery { get; init; }

    /// <summary>The deadline of the request.</summary>
    public required RequestDeadline Deadline { get; init; }

    /// <summary>What else the guest sees.</summary>
    public required WasiHttpContext Context { get; init; }

    /// <summary>What it may use.</summary>
    public required ExecutionLimits Limits { get; init; }

    /// <summary>How many requests may share an instance.</summary>
    public InstanceReuse Reuse { get; init; } = InstanceReuse.None;

    /// <summary>The largest request body in bytes.</summary>
    public long MaxBodyBytes { get; init; } = long.MaxValue;

    /// <summary>Told of waits for the request body, or null.</summary>
    public IBodyWait? Wait { get; init; }

    /// <summary>Puts the host's fields on the response, or null.</summary>
    public IResponseStamp? Stamp { get; init; }

    /// <summary>How the values of fields are bytes.</summary>
    public FieldEncoding Encoding { get; init; } = FieldEncoding.Latin1;

    /// <summary>Whether something that has begun waits for it: it goes before what has not.</summary>
    public bool IsCalled { get; init; }

    /// <summary>A thread that does nothing but wait for it, or null.</summary>
    public Thread? WaitingThread { get; init; }
}
