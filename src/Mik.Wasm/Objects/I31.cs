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

    /// <summary>The lower 31 bits of a number in an object of its own.</summary>
    public I31(int number)
    {
        Type = Record;
        Value = number << 1 >> 1;
    }

    /// <summary>The integer with the lower 31 bits of a number when it is a common one, whose object is shared; else null.</summary>
    public static I31? Find(int number)
    {
        var shared = Shared;
        var index = (uint)((number << 1 >> 1) - Smallest);
        return index < (uint)shared.Length ? shared[index] : null;
    }

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
