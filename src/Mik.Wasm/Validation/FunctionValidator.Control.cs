using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Validation;

/// <content>Blocks, branches and calls (core specification 3.3.8).</content>
internal sealed partial class FunctionValidator
{
    private void ValidateBlock(in Instruction instruction)
    {
        if (instruction.Opcode == Opcode.If)
        {
            PopOperand(WasmValueType.I32);
        }
        var type = instruction.BlockType.Resolve(module.Types);
        PopOperands(type.Parameters);
        PushControl(instruction.Opcode, type);
    }

    private void ValidateElse()
    {
        if (_controls.Innermost.Opcode != Opcode.If)
        {
            Throw.Malformed("else without if", _offset);
        }
        var frame = PopControl();
        PushControl(Opcode.Else, frame.Type);
    }

    private void ValidateEnd()
    {
        var frame = PopControl();
        if (frame.Opcode == Opcode.If && !OperandStack.AreEqual(frame.Type.Parameters, frame.Type.Results))
        {
            Throw.Invalid("type mismatch: an if without else must give back its parameters", _offset);
        }
        // The function's own results leave the function.
        if (_controls.Count > 0)
        {
            PushOperands(frame.Type.Results);
        }
    }

    private void ValidateBranch(int label)
    {
        PopOperands(_controls[label].LabelTypes);
        Unreachable();
    }

    private void ValidateBranchIf(int label)
    {
        PopOperand(WasmValueType.I32);
        var types = _controls[label].LabelTypes;
        PopOperands(types);
        PushOperands(types);
    }

    private void ValidateBranchTable(in Instruction instruction)
    {
        PopOperand(WasmValueType.I32);
        var arity = _controls[instruction.Index].LabelTypes.Length;
        foreach (var label in instruction.Labels)
        {
            ref var frame = ref _controls[label];
            if (frame.CheckedByBranchTable == _offset)
            {
                continue;
            }
            frame.CheckedByBranchTable = _offset;
            if (frame.LabelTypes.Length != arity)
            {
                Throw.Invalid("type mismatch: labels of br_table take different numbers of operands", _offset);
            }
            CheckOperands(frame.LabelTypes);
        }
        Unreachable();
    }

    private void ValidateReturn()
    {
        PopOperands(_controls.Outermost.Type.Results);
        Unreachable();
    }

    private void ValidateCall(FunctionType callee)
    {
        PopOperands(callee.Parameters);
        PushOperands(callee.Results);
    }

    private void ValidateReturnCall(FunctionType callee)
    {
        PopOperands(callee.Parameters);
        if (!OperandStack.AreEqual(callee.Results, _controls.Outermost.Type.Results))
        {
            Throw.Invalid("type mismatch: the callee of a tail call has other results", _offset);
        }
        Unreachable();
    }

    private FunctionType PopIndirectCallee(in Instruction instruction)
    {
        if (module.Tables[instruction.Index2].Type.ElementType != WasmValueType.FuncRef)
        {
            Throw.Invalid("type mismatch: indirect calls need a table of funcref", _offset);
        }
        PopOperand(AddressTypeOfTable(instruction.Index2));
        return module.Types[instruction.Index];
    }
}
