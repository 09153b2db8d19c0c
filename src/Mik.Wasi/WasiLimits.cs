namespace Mik.Wasi;

/// <summary>
/// Bounds on single things of a guest, and what they cost its request; the sum of all is the request's <see cref="Wasm.Execution.ResourceBudget"/>.
/// </summary>
internal static class WasiLimits
{
    /// <summary>What a field costs besides its name and value.</summary>
    public const int FieldBytes = 128;

    /// <summary>
    /// What an outgoing request costs besides its fields, from its start until its answer is dropped: its place on a connection, and buffers.
    /// </summary>
    public const int OutgoingRequestBytes = 64 * 1024;

    /// <summary>What the body of an outgoing request costs while it is sent: as much as may be on its way.</summary>
    public const int OutgoingBodyBytes = 64 * 1024;

    /// <summary>What a timer costs.</summary>
    public const int TimerBytes = 512;

    /// <summary>Bytes of names and values in one <c>fields</c>.</summary>
    public const int FieldsBytes = 128 * 1024;

    /// <summary>Bytes that one call of <c>get-random-bytes</c> may ask for.</summary>
    public const long RandomBytes = 16 * 1024 * 1024;

    /// <summary>Bytes that one read returns at most.</summary>
    public const int ReadBytes = 64 * 1024;

    /// <summary>Bytes that <c>check-write</c> offers at most.</summary>
    public const int WriteBudgetBytes = 64 * 1024;

    /// <summary>Bytes of a body written before the response was set.</summary>
    public const int EarlyBodyBytes = 1024 * 1024;

    /// <summary>Characters of one line of standard output; longer lines are broken.</summary>
    public const int LineCharacters = 8 * 1024;

    /// <summary>Outgoing requests of one guest or script that wait for their answer.</summary>
    public const int OutgoingRequests = 1000;

    /// <summary>Requests that one middleware passes on and that wait for their answers.</summary>
    public const int NextRequests = 8;

    /// <summary>Pollables in one call of <c>poll</c>.</summary>
    public const int Pollables = 4096;
}
