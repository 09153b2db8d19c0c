namespace Mik.Wasm.Objects;

/// <summary>A 31-bit integer. Two with equal numbers are the same reference, though they may be two objects.</summary>
internal sealed class I31 : GuestObject
{
    private const int Smallest = -1024;
    private const int Largest = 65535;

    private static readonly nint Record = TypeRecord.Make(ObjectKind.I31, [0]);
    private static readonly I31[] Shared = MakeShared();

    /// <summary>The number, sign-extended.</summary>
    public int Value;

    private I31(int value)
    {
        Type = Record;
        Value = value;
    }

    /// <summary>The integer with the lower 31 bits of a number; the common ones are shared.</summary>
    public static I31 Of(int number)
    {
        var value = number << 1 >> 1;
        return value is >= Smallest and <= Largest ? Shared[value - Smallest] : new I31(value);
    }

    /// <summary>Whether the number has an object that is shared.</summary>
    public static bool IsShared(int number) => number << 1 >> 1 is >= Smallest and <= Largest;

    private static I31[] MakeShared()
    {
        var shared = new I31[Largest - Smallest + 1];
        for (var i = 0; i < shared.Length; i++)
        {
            shared[i] = new I31(Smallest + i);
        }
        return shared;
    }
}
