using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Validation;

/// <summary>Validates constant expressions (core specification 3.3.10) and collects the functions that they refer to.</summary>
internal sealed class ConstantExpressionValidator(WasmModule module, WasmFeatures features)
{
    private readonly OperandStack _operands = new();
    private int _globals;

    /// <summary>Validates an expression that must give one value of <paramref name="expected"/>.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="expected">The type that its value must match.</param>
    /// <param name="globals">How many globals have a value already.</param>
    public void Validate(ConstantExpression expression, WasmValueType expected, int globals)
    {
        _globals = globals;
        _operands.TruncateTo(0);
        var ended = false;
        var reader = new InstructionReader(module, expression.Start, expression.Length, features);
        while (reader.Read(out var instruction))
        {
            if (ended || !instruction.Info.IsConstant)
            {
                Throw.Invalid($"constant expression required, found {instruction.Info.Name}", instruction.Offset);
            }
            if (instruction.Info.IsExtendedConstant)
            {
                reader.Require(WasmFeatures.ExtendedConst, $"{instruction.Info.Name} in a constant expression", instruction.Offset);
            }
            ended = instruction.Opcode == Opcode.End;
            if (!ended)
            {
                Apply(instruction);
            }
        }
        if (!ended)
        {
            Throw.Malformed("unexpected end of section or function: constant expression without end", reader.Position);
        }
        if (_operands.Count != 1 || !_operands.Pop().Matches(expected))
        {
            Throw.Invalid($"type mismatch: the constant expression must give one {expected}", expression.Start);
        }
    }

    private void Apply(in Instruction instruction)
    {
        switch (instruction.Opcode)
        {
            case Opcode.GlobalGet:
                PushGlobal(instruction);
                break;
            case Opcode.RefNull:
                _operands.Push(instruction.ReferenceType, instruction.Offset);
                break;
            case Opcode.RefFunc:
                if ((uint)instruction.Index >= (uint)module.FunctionCount)
                {
                    Throw.Invalid($"unknown function {(uint)instruction.Index}", instruction.Offset);
                }
                module.DeclaredReferences.Add(instruction.Index);
                _operands.Push(module.Definitions[module.FunctionTypeIndices[instruction.Index]].Reference, instruction.Offset);
                break;
            case >= Opcode.StructNew and <= Opcode.I31GetU:
                ApplyObject(instruction);
                break;
            default:
                ApplyRow(instruction);
                break;
        }
    }

    private void ApplyRow(in Instruction instruction)
    {
        for (var i = instruction.Info.Pops.Length - 1; i >= 0; i--)
        {
            if (_operands.Count == 0 || !_operands.Pop().Matches(instruction.Info.Pops[i]))
            {
                Throw.Invalid($"type mismatch: {instruction.Info.Name} expects {instruction.Info.Pops[i]}", instruction.Offset);
            }
        }
        _operands.Push(instruction.Info.Pushes, instruction.Offset);
    }

    private void ApplyObject(in Instruction instruction)
    {
        switch (instruction.Opcode)
        {
            case Opcode.RefI31:
                Pop(instruction, WasmValueType.I32);
                _operands.Push(WasmValueType.I31Ref.AsNonNull, instruction.Offset);
                return;
            case Opcode.AnyConvertExtern or Opcode.ExternConvertAny:
                var (from, to) = instruction.Opcode == Opcode.AnyConvertExtern
                    ? (WasmValueType.ExternRef, WasmValueType.AnyRef)
                    : (WasmValueType.AnyRef, WasmValueType.ExternRef);
                _operands.Push(to with { IsNonNull = Pop(instruction, from).IsNonNull }, instruction.Offset);
                return;
        }
        var form = instruction.Info.Parts[0].Kind == IndexKind.StructType ? TypeForm.Struct : TypeForm.Array;
        if ((uint)instruction.Index >= (uint)module.Definitions.Length)
        {
            Throw.Invalid($"unknown type {(uint)instruction.Index}", instruction.Offset);
        }
        var type = module.Definitions[instruction.Index];
        if (type.Form != form)
        {
            Throw.Invalid($"type mismatch: {instruction.Info.Name} needs another kind of type", instruction.Offset);
        }
        if (form == TypeForm.Struct)
        {
            module.UsedStructures.Add(instruction.Index);
        }
        if (instruction.Opcode is Opcode.ArrayNew or Opcode.ArrayNewDefault)
        {
            Pop(instruction, WasmValueType.I32);
        }
        if (instruction.Opcode is Opcode.StructNewDefault or Opcode.ArrayNewDefault)
        {
            if (type.Fields.Exists(static field => !field.Value.IsDefaultable))
            {
                Throw.Invalid("type mismatch: a field has no default value", instruction.Offset);
            }
        }
        else
        {
            var count = instruction.Opcode == Opcode.ArrayNewFixed ? (uint)instruction.Index2 : (uint)type.Fields.Length;
            if (instruction.Opcode == Opcode.ArrayNewFixed && count > ModuleLimits.FixedArray)
            {
                Throw.OverLimit($"array.new_fixed of more than {ModuleLimits.FixedArray} elements", instruction.Offset);
            }
            for (var i = (int)count - 1; i >= 0; i--)
            {
                Pop(instruction, type.Fields[form == TypeForm.Struct ? i : 0].Value);
            }
        }
        _operands.Push(type.Reference, instruction.Offset);
    }

    private WasmValueType Pop(in Instruction instruction, WasmValueType expected)
    {
        if (_operands.Count == 0)
        {
            Throw.Invalid($"type mismatch: {instruction.Info.Name} expects {expected}", instruction.Offset);
        }
        var actual = _operands.Pop();
        if (!actual.Matches(expected))
        {
            Throw.Invalid($"type mismatch: {instruction.Info.Name} expects {expected}", instruction.Offset);
        }
        return actual;
    }

    private void PushGlobal(in Instruction instruction)
    {
        if ((uint)instruction.Index >= (uint)_globals)
        {
            Throw.Invalid($"unknown global {(uint)instruction.Index}: a constant expression sees earlier globals only", instruction.Offset);
        }
        var type = module.GlobalTypes[instruction.Index];
        if (type.IsMutable)
        {
            Throw.Invalid("constant expression required, found a mutable global", instruction.Offset);
        }
        _operands.Push(type.ValueType, instruction.Offset);
    }
}
