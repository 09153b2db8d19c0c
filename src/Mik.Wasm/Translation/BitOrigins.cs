using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Translation;

/// <summary>What the compiler may find an integer to come from, once it has put expressions together.</summary>
[Flags]
internal enum BitOrigin : byte
{
    /// <summary>None of the others.</summary>
    Other = 0,
    /// <summary>A shift to the left.</summary>
    LeftShift = 1,
    /// <summary>A shift to the right that fills with zeros: with one to the left it can make a rotation.</summary>
    RightShift = 2,
    /// <summary>A rotation.</summary>
    Rotation = 4,
}

/// <summary>
/// What the locals of a function with a rotation (<see cref="RotationSurvey"/>) may come from: found by passes over its instructions until nothing
/// changes. Parameters and results of calls are neither, as functions with shifts are not inlined.
/// </summary>
internal sealed class BitOrigins
{
    // Then all locals count: only a chain of copies that was written to be slow takes longer.
    private const int MaximumPasses = 8;
    private const int MaximumOperands = 4;

    private readonly WasmModule _module;
    private readonly BitOrigin[] _locals;
    // The topmost values; what is below was forgotten at the beginning or end of a block.
    private readonly List<BitOrigin> _stack = [];
    private bool _hasChanged = true;

    public BitOrigins(WasmModule module, FunctionType type, FunctionBody body)
    {
        _module = module;
        _locals = new BitOrigin[type.Parameters.Length + body.LocalCount];
        for (var pass = 0; _hasChanged; pass++)
        {
            if (pass == MaximumPasses)
            {
                _locals.AsSpan().Fill(BitOrigin.Rotation);
                OfBlocks = BitOrigin.Rotation;
                break;
            }
            _hasChanged = false;
            Forget();
            var reader = new InstructionReader(module, body);
            while (reader.Read(out var instruction))
            {
                Follow(instruction);
            }
        }
    }

    /// <summary>What values come from that cross the beginning or the end of a block.</summary>
    public BitOrigin OfBlocks { get; private set; }

    /// <summary>What a local's values come from.</summary>
    public BitOrigin OfLocal(int local) => _locals[local];

    /// <summary>What the result of an operation comes from. One that does nothing, when an operand is a zero, hands on the other.</summary>
    /// <param name="row">The operation; null for one that has no instruction.</param>
    /// <param name="first">What its first operand comes from.</param>
    /// <param name="second">The second; of a missing one, <see cref="BitOrigin.Other"/>.</param>
    /// <param name="third">The third.</param>
    public static BitOrigin Of(OpcodeInfo? row, BitOrigin first, BitOrigin second, BitOrigin third)
    {
        var any = first | second | third;
        return row?.Opcode switch
        {
            Opcode.I32Rotl or Opcode.I32Rotr or Opcode.I64Rotl or Opcode.I64Rotr => BitOrigin.Rotation,
            Opcode.I32Or or Opcode.I64Or or Opcode.I32Xor or Opcode.I64Xor when AreOpposite(first, second) => any | BitOrigin.Rotation,
            Opcode.I32Shl or Opcode.I64Shl => any | BitOrigin.LeftShift,
            Opcode.I32ShrU or Opcode.I64ShrU => any | BitOrigin.RightShift,
            _ => row is not null && (row.AccessBytes != 0 || Conditions.IsTest(row)) ? BitOrigin.Other : any,
        };
    }

    private static bool AreOpposite(BitOrigin first, BitOrigin second) =>
        (first.HasFlag(BitOrigin.LeftShift) && second.HasFlag(BitOrigin.RightShift))
        || (first.HasFlag(BitOrigin.RightShift) && second.HasFlag(BitOrigin.LeftShift));

    private void Follow(in Instruction instruction)
    {
        switch (instruction.Opcode)
        {
            case Opcode.LocalGet:
                _stack.Add(_locals[instruction.Index]);
                break;
            case Opcode.LocalSet:
                Write(instruction.Index, Pop());
                break;
            case Opcode.LocalTee:
                var value = Pop();
                Write(instruction.Index, value);
                _stack.Add(value);
                break;
            case Opcode.Call:
                Call(_module.FunctionTypeOf(instruction.Index));
                break;
            case Opcode.CallIndirect or Opcode.CallRef:
                Pop();
                Call(_module.Types[instruction.Index]);
                break;
            case Opcode.GlobalGet:
                _stack.Add(BitOrigin.Other);
                break;
            case Opcode.GlobalSet or Opcode.Drop:
                Pop();
                break;
            case Opcode.Select:
                Pop();
                _stack.Add(Pop() | Pop());
                break;
            default:
                FollowRow(instruction.Info);
                break;
        }
    }

    private void FollowRow(OpcodeInfo row)
    {
        if (row.HasSpecialTyping)
        {
            Forget();
            return;
        }
        Span<BitOrigin> operands = stackalloc BitOrigin[MaximumOperands];
        for (var i = row.Pops.Length - 1; i >= 0; i--)
        {
            operands[i] = Pop();
        }
        for (var i = 0; i < row.Pushes.Length; i++)
        {
            _stack.Add(Of(row, operands[0], operands[1], operands[2]));
        }
    }

    private void Call(FunctionType type)
    {
        for (var i = 0; i < type.Parameters.Length; i++)
        {
            Pop();
        }
        for (var i = 0; i < type.Results.Length; i++)
        {
            _stack.Add(BitOrigin.Other);
        }
    }

    private void Forget()
    {
        foreach (var value in _stack)
        {
            _hasChanged |= (value & ~OfBlocks) != BitOrigin.Other;
            OfBlocks |= value;
        }
        _stack.Clear();
    }

    private void Write(int local, BitOrigin value)
    {
        _hasChanged |= (value & ~_locals[local]) != BitOrigin.Other;
        _locals[local] |= value;
    }

    private BitOrigin Pop()
    {
        if (_stack.Count == 0)
        {
            return OfBlocks;
        }
        var value = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }
}
