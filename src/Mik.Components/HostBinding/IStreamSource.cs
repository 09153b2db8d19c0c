namespace Mik.Components.HostBinding;

/// <summary>How a read or a write of the host's end of a stream went.</summary>
internal enum StreamStatus
{
    /// <summary>As far as it was said.</summary>
    Ready,
    /// <summary>Nothing can be copied now.</summary>
    Pending,
    /// <summary>Nothing more can be copied.</summary>
    Closed,
}

/// <summary>Bytes of the host that a guest reads from a stream. Used in turns only; spans are valid for the call.</summary>
internal interface IStreamSource
{
    /// <summary>Gives what is there, at most as much as fits; into no room it only says whether something is there.</summary>
    StreamStatus Read(Span<byte> destination, out int count);

    /// <summary>Ends when a read may go better; only called when one was <see cref="StreamStatus.Pending"/>.</summary>
    Task WhenReadyAsync();

    /// <summary>Nobody reads any more.</summary>
    void Drop();
}

/// <summary>Takes the bytes that a guest writes to a stream. Used in turns only; spans are valid for the call.</summary>
internal interface IStreamSink
{
    /// <summary>Takes as much as there is room for; of nothing it only says whether there is room.</summary>
    StreamStatus Write(ReadOnlySpan<byte> bytes, out int count);

    /// <summary>Ends when a write may go better; only called when one was <see cref="StreamStatus.Pending"/>.</summary>
    Task WhenReadyAsync();

    /// <summary>Nothing more comes: the writer has dropped its end.</summary>
    void End();
}
