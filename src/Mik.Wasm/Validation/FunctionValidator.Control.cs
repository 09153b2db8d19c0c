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
        PopOperands(type.Parameters.AsSpan());
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
        if (frame.Opcode == Opcode.If && !OperandStack.AreEqual(frame.Type.Parameters.AsSpan(), frame.Type.Results.AsSpan())
            && !TypeMatching.Matches(frame.Type.Parameters.AsSpan(), frame.Type.Results.AsSpan()))
        {
            Throw.Invalid("type mismatch: an if without else must give back its parameters", _offset);
        }
        // The function's own results leave the function.
        if (_controls.Count > 0)
        {
            PushOperands(frame.Type.Results.AsSpan());
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
        PopOperands(_controls.Outermost.Type.Results.AsSpan());
        Unreachable();
    }

    private void ValidateCall(FunctionType callee)
    {
        PopOperands(callee.Parameters.AsSpan());
        PushOperands(callee.Results.AsSpan());
    }

    private void ValidateReturnCall(FunctionType callee)
    {
        PopOperands(callee.Parameters.AsSpan());
        if (!OperandStack.AreEqual(callee.Results.AsSpan(), _controls.Outermost.Type.Results.AsSpan())
            && !TypeMatching.Matches(callee.Results.AsSpan(), _controls.Outermost.Type.Results.AsSpan()))
        {
            Throw.Invalid("type mismatch: the callee of a tail call has other results", _offset);
        }
        Unreachable();
    }

    private FunctionType PopReferencedCallee(in Instruction instruction)
    {
        PopOperand(module.Definitions[instruction.Index].Reference.AsNullable);
        return module.Types[instruction.Index];
    }

    private void ValidateBranchOnNull(int label)
    {
        var type = PopReference();
        var types = _controls[label].LabelTypes;
        PopOperands(types);
        PushOperands(types);
        PushOperand(type.AsNonNull);
    }

    private void ValidateBranchOnNonNull(int label)
    {
        var types = _controls[label].LabelTypes;
        if (types is not [.., { IsReference: true } last])
        {
            Throw.Invalid("type mismatch: the label of br_on_non_null takes no reference", _offset);
            return;
        }
        PopOperand(last.AsNullable);
        PopOperands(types[..^1]);
        PushOperands(types[..^1]);
    }

    private void ValidateBranchOnCast(in Instruction instruction)
    {
        var (source, target) = (instruction.ReferenceType, instruction.TargetType);
        CheckMatches(target, source);
        var types = _controls[instruction.Index].LabelTypes;
        if (types is not [.., var last])
        {
            Throw.Invalid("type mismatch: the label of a branch on a cast takes no reference", _offset);
            return;
        }
        var other = target.IsNonNull ? source : source.AsNonNull;
        var (passed, stays) = instruction.Opcode == Opcode.BrOnCast ? (target, other) : (other, target);
        CheckMatches(passed, last);
        PopOperand(source);
        PopOperands(types[..^1]);
        PushOperands(types[..^1]);
        PushOperand(stays);
    }

    private void ValidateTryTable(in Instruction instruction)
    {
        foreach (var clause in instruction.Catches)
        {
            CheckIndex("label", clause.Label, _controls.Count);
            ReadOnlySpan<WasmValueType> values = [];
            if (clause.HasTag)
            {
                CheckIndex("tag", clause.Tag, module.TagTypeIndices.Length);
                values = module.TagTypeOf(clause.Tag).Parameters.AsSpan();
            }
            var label = _controls[clause.Label].LabelTypes;
            if (clause.PassesReference && label is [.., var last] && WasmValueType.ExnRef.AsNonNull.Matches(last))
            {
                label = label[..^1];
            }
            else if (clause.PassesReference)
            {
                Throw.Invalid("type mismatch: the label of a catch clause takes no exception", _offset);
            }
            if (!TypeMatching.Matches(values, label))
            {
                Throw.Invalid("type mismatch: the label of a catch clause takes other values", _offset);
            }
        }
        ValidateBlock(instruction);
    }

    private FunctionType PopIndirectCallee(in Instruction instruction)
    {
        if (!module.Tables[instruction.Index2].Type.ElementType.Matches(WasmValueType.FuncRef))
        {
            Throw.Invalid("type mismatch: indirect calls need a table of funcref", _offset);
        }
        PopOperand(AddressTypeOfTable(instruction.Index2));
        return module.Types[instruction.Index];
    }
}
