namespace Mik.Components.Model;

/// <summary>Why bytes are no component.</summary>
public enum InvalidComponentKind
{
    /// <summary>Not WebAssembly at all.</summary>
    NotWasm,
    /// <summary>A core module, which has to be wrapped into a component first.</summary>
    CoreModule,
    /// <summary>The bytes do not decode.</summary>
    Malformed,
    /// <summary>The component does not validate.</summary>
    Invalid,
    /// <summary>The component uses a feature that this engine does not have.</summary>
    Unsupported,
    /// <summary>The component is more than this engine takes; the reason names the limit.</summary>
    OverLimit,
}

/// <summary>A component is malformed, invalid or out of reach for this engine.</summary>
public sealed class InvalidComponentException : Exception
{
    /// <summary>Makes the error; the message ends with the offset in hexadecimal.</summary>
    /// <param name="kind">The class of the fault.</param>
    /// <param name="reason">What is wrong.</param>
    /// <param name="offset">Byte offset in the outermost component.</param>
    public InvalidComponentException(InvalidComponentKind kind, string reason, long offset)
        : base($"{reason} (at offset 0x{offset:x})")
    {
        Kind = kind;
        Reason = reason;
        Offset = offset;
    }

    /// <summary>The class of the fault.</summary>
    public InvalidComponentKind Kind { get; }

    /// <summary>What is wrong.</summary>
    public string Reason { get; }

    /// <summary>Byte offset in the outermost component.</summary>
    public long Offset { get; }
}
