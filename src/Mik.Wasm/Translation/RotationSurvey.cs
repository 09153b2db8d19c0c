using Mik.Wasm.Decoding;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Translation;

/// <summary>
/// Finds out whether the compiler may see a rotation in a function: an instruction, or two shifts that make one.
/// <para>
/// RyuJIT of .NET 10 takes the flags of a rotation by a constant for a comparison with zero, although a rotation sets none. So where a
/// function has one, comparisons of what it may give (<see cref="BitOrigins"/>; and whatever becomes a comparison once a call is inlined) get an
/// operand that the compiler cannot see through.
/// </para>
/// </summary>
internal sealed class RotationSurvey
{
    private ulong _left32;
    private ulong _right32;
    private ulong _left64;
    private ulong _right64;
    private long? _constant;
    private bool _hasRotation;

    /// <summary>Whether there may be one.</summary>
    public bool HasRotation => _hasRotation || AreCompleted(_left32, _right32, 32) || AreCompleted(_left64, _right64, 64);

    /// <summary>Whether there is a shift or a rotation: inlined, it could become a rotation together with a shift of the caller.</summary>
    public bool HasShift => _hasRotation || (_left32 | _right32 | _left64 | _right64) != 0;

    /// <summary>Looks at the next instruction.</summary>
    public void Add(in Instruction instruction)
    {
        switch (instruction.Opcode)
        {
            case Opcode.I32Rotl or Opcode.I32Rotr or Opcode.I64Rotl or Opcode.I64Rotr:
                _hasRotation = true;
                break;
            case Opcode.I32Shl:
                _left32 |= Amount(31);
                break;
            case Opcode.I32ShrU:
                _right32 |= Amount(31);
                break;
            case Opcode.I64Shl:
                _left64 |= Amount(63);
                break;
            case Opcode.I64ShrU:
                _right64 |= Amount(63);
                break;
        }
        _constant = instruction.Opcode is Opcode.I32Const or Opcode.I64Const ? instruction.Value : null;
    }

    // A bit per amount; one that is not written beside the shift may be any.
    private ulong Amount(int mask) => _constant is { } amount ? 1UL << ((int)amount & mask) : ulong.MaxValue;

    private static bool AreCompleted(ulong left, ulong right, int width)
    {
        for (var amount = 1; amount < width; amount++)
        {
            if ((left >> amount & right >> (width - amount) & 1) != 0)
            {
                return true;
            }
        }
        return false;
    }
}
