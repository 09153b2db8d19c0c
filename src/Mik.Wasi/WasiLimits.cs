namespace Mik.Wasi;

/// <summary>Bounds on what a guest can make the host hold.</summary>
internal static class WasiLimits
{
    /// <summary>Bytes of names and values in one <c>fields</c>.</summary>
    public const int FieldsBytes = 128 * 1024;

    /// <summary>Bytes that one call of <c>get-random-bytes</c> may ask for.</summary>
    public const ulong RandomBytes = 16 * 1024 * 1024;

    /// <summary>Bytes that one read returns at most.</summary>
    public const int ReadBytes = 64 * 1024;

    /// <summary>Bytes that <c>check-write</c> offers at most.</summary>
    public const int WriteBudgetBytes = 64 * 1024;

    /// <summary>Bytes of a body written before the response was set.</summary>
    public const int EarlyBodyBytes = 1024 * 1024;

    /// <summary>Characters of one line of standard output; longer lines are broken.</summary>
    public const int LineCharacters = 8 * 1024;

    /// <summary>Outgoing requests of one guest that wait for their answer.</summary>
    public const int OutgoingRequests = 1000;

    /// <summary>Pollables in one call of <c>poll</c>.</summary>
    public const int Pollables = 4096;
}
