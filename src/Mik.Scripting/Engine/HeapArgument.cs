namespace Mik.Scripting.Engine;

/// <summary>An argument for a function of JavaScript: a number, a string, or undefined.</summary>
internal readonly struct HeapArgument
{
    private HeapArgument(double? number, ReadOnlyMemory<byte> text)
    {
        Number = number;
        Text = text;
    }

    /// <summary>The number; null when it is none.</summary>
    public double? Number { get; }

    /// <summary>UTF-8 bytes of the string.</summary>
    public ReadOnlyMemory<byte> Text { get; }

    /// <summary>Whether it is undefined: no number, and no bytes.</summary>
    public bool IsUndefined => Number is null && Text.IsEmpty;

    /// <summary>A number.</summary>
    public static implicit operator HeapArgument(int number) => new(number, default);

    /// <summary>A string of UTF-8 bytes; without bytes it is undefined.</summary>
    public static implicit operator HeapArgument(ReadOnlyMemory<byte> text) => new(null, text);

    /// <summary>A string of UTF-8 bytes; without bytes it is undefined.</summary>
    public static implicit operator HeapArgument(byte[] text) => new(null, text);
}
