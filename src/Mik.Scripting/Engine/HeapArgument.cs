namespace Mik.Scripting.Engine;

/// <summary>An argument for a function of JavaScript: a number, a string, bytes, or undefined.</summary>
internal readonly struct HeapArgument
{
    private HeapArgument(double? number, ReadOnlyMemory<byte> text, bool isBinary = false)
    {
        Number = number;
        Text = text;
        IsBinary = isBinary;
    }

    /// <summary>The number; null when it is none.</summary>
    public double? Number { get; }

    /// <summary>UTF-8 bytes of the string, or the bytes of an array.</summary>
    public ReadOnlyMemory<byte> Text { get; }

    /// <summary>Whether it is a Uint8Array.</summary>
    public bool IsBinary { get; }

    /// <summary>Whether it is undefined: no number, and no bytes.</summary>
    public bool IsUndefined => Number is null && !IsBinary && Text.IsEmpty;

    /// <summary>A Uint8Array.</summary>
    public static HeapArgument Binary(ReadOnlyMemory<byte> bytes) => new(null, bytes, isBinary: true);

    /// <summary>A number.</summary>
    public static implicit operator HeapArgument(int number) => new(number, default);

    /// <summary>A string of UTF-8 bytes; without bytes it is undefined.</summary>
    public static implicit operator HeapArgument(ReadOnlyMemory<byte> text) => new(null, text);

    /// <summary>A string of UTF-8 bytes; without bytes it is undefined.</summary>
    public static implicit operator HeapArgument(byte[] text) => new(null, text);
}
