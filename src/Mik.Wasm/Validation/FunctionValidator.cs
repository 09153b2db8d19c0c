using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Validation;

/// <summary>
/// Validates function bodies with the algorithm of the core specification's appendix "validation algorithm", under its names:
/// an operand stack of types and a control stack of open blocks. Plain instructions are typed by their row of the opcode
/// table; the others have a rule in this class's other files. One object serves all functions of a module in turn.
/// </summary>
internal sealed partial class FunctionValidator(WasmModule module, WasmFeatures features)
{
    private readonly OperandStack _operands = new();
    private readonly ControlStack _controls = new();
    private readonly LocalTypes _locals = new();
    private int _offset;
    private int _loops;

    /// <summary>Validates the body of a function that is not imported.</summary>
    public void Validate(FunctionType type, FunctionBody body)
    {
        _offset = body.Start;
        _operands.TruncateTo(0);
        _controls.Clear();
        _loops = 0;
        _locals.Set(type, body, body.Start);
        PushFrame(Opcode.Block, type);
        var reader = new InstructionReader(module, body.Start, body.Length, features);
        while (reader.Read(out var instruction))
        {
            _offset = instruction.Offset;
            if (_controls.Count == 0)
            {
                Throw.Malformed("instructions after the end of the function", _offset);
            }
            CheckImmediates(instruction);
            module.UsesExceptions |= (instruction.Info.Features & WasmFeatures.Exceptions) != WasmFeatures.None;
            if (instruction.Info.HasSpecialTyping)
            {
                ValidateSpecial(instruction);
            }
            else
            {
                ValidatePlain(instruction);
            }
        }
        if (_controls.Count != 0)
        {
            Throw.Malformed("unexpected end of section or function: END opcode expected", reader.Position);
        }
    }

    private void ValidatePlain(in Instruction instruction)
    {
        var info = instruction.Info;
        for (var i = info.Pops.Length - 1; i >= 0; i--)
        {
            PopOperand(Resolve(info.Pops[i], instruction));
        }
        foreach (var type in info.Pushes)
        {
            PushOperand(Resolve(type, instruction));
        }
    }

    private WasmValueType Resolve(WasmValueType type, in Instruction instruction) =>
        type == OpcodeInfo.Address ? AddressTypeOfMemory(instruction.MemoryIndex) : type;

    private void PushOperand(WasmValueType type) => _operands.Push(type, _offset);

    private void PushOperands(ReadOnlySpan<WasmValueType> types) => _operands.Push(types, _offset);

    private WasmValueType PopOperand()
    {
        ref var frame = ref _controls.Innermost;
        if (_operands.Count > frame.Height)
        {
            return _operands.Pop();
        }
        if (!frame.IsUnreachable)
        {
            Throw.Invalid("type mismatch: an operand is missing", _offset);
        }
        return WasmValueType.Bottom;
    }

    private void PopOperand(WasmValueType expected)
    {
        var actual = PopOperand();
        if (actual != expected)
        {
            CheckMatches(actual, expected);
        }
    }

    private void PopOperands(ReadOnlySpan<WasmValueType> expected)
    {
        CheckOperands(expected);
        _operands.TruncateTo(Math.Max(_operands.Count - expected.Length, _controls.Innermost.Height));
    }

    /// <summary>Checks that <paramref name="expected"/> could be popped, without popping.</summary>
    private void CheckOperands(ReadOnlySpan<WasmValueType> expected)
    {
        ref var frame = ref _controls.Innermost;
        var available = Math.Min(_operands.Count - frame.Height, expected.Length);
        if (available < expected.Length && !frame.IsUnreachable)
        {
            Throw.Invalid($"type mismatch: {expected.Length} operands expected, {available} there", _offset);
        }
        var actual = _operands.Top(available);
        expected = expected[(expected.Length - available)..];
        if (!OperandStack.AreEqual(actual, expected))
        {
            for (var i = 0; i < available; i++)
            {
                CheckMatches(actual[i], expected[i]);
            }
        }
    }

    private void CheckMatches(WasmValueType actual, WasmValueType expected)
    {
        if (actual != expected && !TypeMatching.Matches(actual, expected))
        {
            Throw.Invalid($"type mismatch: expected {expected}, found {actual}", _offset);
        }
    }

    private void PushControl(Opcode opcode, FunctionType type)
    {
        PushFrame(opcode, type);
        PushOperands(type.Parameters.AsSpan());
    }

    private void PushFrame(Opcode opcode, FunctionType type)
    {
        if (_controls.Count > ModuleLimits.Nesting)
        {
            Throw.OverLimit($"blocks are nested deeper than the limit of {ModuleLimits.Nesting}", _offset);
        }
        if (opcode == Opcode.Loop && ++_loops > ModuleLimits.LoopNesting)
        {
            Throw.OverLimit($"loops are nested deeper than the limit of {ModuleLimits.LoopNesting}", _offset);
        }
        _controls.Push(new ControlFrame { Opcode = opcode, Type = type, Height = _operands.Count, WrittenLocals = _locals.WrittenCount });
    }

    private ControlFrame PopControl()
    {
        ref var frame = ref _controls.Innermost;
        PopOperands(frame.Type.Results.AsSpan());
        if (_operands.Count != frame.Height)
        {
            Throw.Invalid("type mismatch: operands remain at the end of the block", _offset);
        }
        if (frame.Opcode == Opcode.Loop)
        {
            _loops--;
        }
        _locals.ForgetWritten(frame.WrittenLocals);
        return _controls.Pop();
    }

    /// <summary>From here to the end of the block the operand stack is polymorphic.</summary>
    private void Unreachable()
    {
        ref var frame = ref _controls.Innermost;
        _operands.TruncateTo(frame.Height);
        frame.IsUnreachable = true;
    }

    private WasmValueType AddressTypeOfMemory(int index) => AddressType(module.Memories[index].Limits);

    private WasmValueType AddressTypeOfTable(int index) => AddressType(module.Tables[index].Type.Limits);

    private static WasmValueType AddressType(Limits limits) => limits.Is64 ? WasmValueType.I64 : WasmValueType.I32;
}
