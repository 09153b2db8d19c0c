using System.Runtime.InteropServices;
using Mik.Wasm.Decoding;
using Mik.Wasm.Model;

namespace Mik.Wasm.Validation;

/// <summary>The operand types of the function under validation. It knows no frames: callers pass the height below which nothing may be taken.</summary>
internal sealed class OperandStack
{
    // A call may push 1,000 types with two bytes of code, so hostile code could otherwise ask for gigabytes.
    private const int MaximumDepth = 1_000_000;

    private WasmValueType[] _types = new WasmValueType[64];

    /// <summary>Number of operands.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets everything above a height.</summary>
    public void TruncateTo(int height) => Count = height;

    /// <summary>Adds one operand.</summary>
    public void Push(WasmValueType type, int offset)
    {
        if (Count == _types.Length)
        {
            Grow(Count + 1, offset);
        }
        _types[Count++] = type;
    }

    /// <summary>Adds operands, the last on top.</summary>
    public void Push(ReadOnlySpan<WasmValueType> types, int offset)
    {
        if (Count + types.Length > _types.Length)
        {
            Grow(Count + types.Length, offset);
        }
        types.CopyTo(_types.AsSpan(Count));
        Count += types.Length;
    }

    /// <summary>Takes the top operand, which must exist.</summary>
    public WasmValueType Pop() => _types[--Count];

    /// <summary>The top <paramref name="count"/> operands.</summary>
    public ReadOnlySpan<WasmValueType> Top(int count) => _types.AsSpan(Count - count, count);

    /// <summary>Whether two lists are the same; compares bytes, since lists may be long.</summary>
    public static bool AreEqual(ReadOnlySpan<WasmValueType> left, ReadOnlySpan<WasmValueType> right) =>
        MemoryMarshal.AsBytes(left).SequenceEqual(MemoryMarshal.AsBytes(right));

    private void Grow(int needed, int offset)
    {
        if (needed > MaximumDepth)
        {
            Throw.OverLimit($"more than {MaximumDepth} operands on the stack", offset);
        }
        Array.Resize(ref _types, Math.Min(Math.Max(needed, 2 * _types.Length), MaximumDepth));
    }
}
