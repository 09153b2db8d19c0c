namespace Mik.Wasm.Model;

/// <summary>A module is malformed or invalid.</summary>
public sealed class InvalidModuleException : Exception
{
    /// <summary>Makes the error; the message ends with the offset in hexadecimal.</summary>
    /// <param name="reason">What is wrong, in the words of the specification.</param>
    /// <param name="offset">Byte offset in the module.</param>
    /// <param name="isMalformed">True when the bytes do not decode; false when the module does not validate.</param>
    public InvalidModuleException(string reason, long offset, bool isMalformed)
        : base($"{reason} (at offset 0x{offset:x})")
    {
        Reason = reason;
        Offset = offset;
        IsMalformed = isMalformed;
    }

    /// <summary>What is wrong.</summary>
    public string Reason { get; }

    /// <summary>Byte offset in the module.</summary>
    public long Offset { get; }

    /// <summary>True when the bytes do not decode; false when the module does not validate.</summary>
    public bool IsMalformed { get; }

    /// <summary>Whether the module is more than this engine takes; the reason names the limit.</summary>
    public bool IsOverLimit { get; init; }
}
