using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Validation;

/// <summary>Validates constant expressions (core specification 3.3.10) and collects the functions that they refer to.</summary>
internal sealed class ConstantExpressionValidator(WasmModule module, WasmFeatures features)
{
    private readonly OperandStack _operands = new();

    /// <summary>Validates an expression that must give one value of <paramref name="expected"/>.</summary>
    public void Validate(ConstantExpression expression, WasmValueType expected)
    {
        _operands.TruncateTo(0);
        var ended = false;
        var reader = new InstructionReader(module.Bytes.Span, expression.Start, expression.Length, features);
        while (reader.Read(out var instruction))
        {
            if (ended || !instruction.Info.IsConstant)
            {
                Throw.Invalid($"constant expression required, found {instruction.Info.Name}", instruction.Offset);
            }
            if (instruction.Info.IsExtendedConstant && (features & WasmFeatures.ExtendedConst) == WasmFeatures.None)
            {
                Throw.Disabled($"{instruction.Info.Name} in a constant expression", WasmFeatures.ExtendedConst, instruction.Offset);
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
        if (_operands.Count != 1 || _operands.Pop() is var actual && actual != expected)
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
                _operands.Push(WasmValueType.FuncRef, instruction.Offset);
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
            if (_operands.Count == 0 || _operands.Pop() != instruction.Info.Pops[i])
            {
                Throw.Invalid($"type mismatch: {instruction.Info.Name} expects {instruction.Info.Pops[i]}", instruction.Offset);
            }
        }
        _operands.Push(instruction.Info.Pushes, instruction.Offset);
    }

    private void PushGlobal(in Instruction instruction)
    {
        // Only imported globals have a value before the module's own are made (the gc proposal lifts this).
        if ((uint)instruction.Index >= (uint)module.ImportedGlobalCount)
        {
            Throw.Invalid($"unknown global {(uint)instruction.Index}: a constant expression sees imported globals only", instruction.Offset);
        }
        var type = module.GlobalTypes[instruction.Index];
        if (type.IsMutable)
        {
            Throw.Invalid("constant expression required, found a mutable global", instruction.Offset);
        }
        _operands.Push(type.ValueType, instruction.Offset);
    }
}
