using Mik.Wasm.Decoding;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Instantiation;

/// <summary>
/// A constant expression (core specification 3.3.10), decoded once per module and evaluated in each instance.
/// The module is valid, so types and indices are right.
/// </summary>
internal readonly struct ConstantProgram
{
    private readonly Step[] _steps;

    private ConstantProgram(Step[] steps) => _steps = steps;

    /// <summary>Decodes an expression of a validated module.</summary>
    public static ConstantProgram Decode(WasmModule module, ConstantExpression expression)
    {
        var steps = new List<Step>(1);
        var reader = new InstructionReader(module, expression);
        while (reader.Read(out var instruction) && instruction.Opcode != Opcode.End)
        {
            steps.Add(new Step(instruction.Opcode, instruction.Index, instruction.Index2, ConstantOf(instruction)));
        }
        return new ConstantProgram([.. steps]);
    }

    /// <summary>The value in an instance whose imports, functions and earlier globals are in place.</summary>
    public ConstantValue Evaluate(ModuleInstance instance)
    {
        if (_steps is [{ Opcode: not (>= Opcode.StructNew and <= Opcode.I31GetU) }])
        {
            return Push(_steps[0], instance);
        }
        var operands = new Stack<ConstantValue>();
        foreach (var step in _steps)
        {
            if (step.Opcode is Opcode.I32Add or Opcode.I32Sub or Opcode.I32Mul
                or Opcode.I64Add or Opcode.I64Sub or Opcode.I64Mul)
            {
                var right = operands.Pop();
                operands.Push(new(Compute(step.Opcode, operands.Pop().Value, right.Value)));
            }
            else if (step.Opcode is >= Opcode.StructNew and <= Opcode.I31GetU)
            {
                operands.Push(ConstantObjects.Make(step.Opcode, step.Index, step.Index2, instance, operands));
            }
            else
            {
                operands.Push(Push(step, instance));
            }
        }
        return operands.Pop();
    }

    private static unsafe ConstantValue Push(Step step, ModuleInstance instance) => step.Opcode switch
    {
        Opcode.GlobalGet when instance.ObjectGlobals.Length > 0 && instance.ObjectGlobals[step.Index] is { } cell => new(default, cell.Value),
        Opcode.GlobalGet => new(*instance.GlobalCell(step.Index)),
        Opcode.RefFunc => new(WasmValue.Reference((nint)instance.FunctionReference(step.Index))),
        _ => new(step.Value),
    };

    private static WasmValue Compute(Opcode opcode, WasmValue left, WasmValue right) => opcode switch
    {
        Opcode.I32Add => WasmValue.I32(unchecked(left.AsI32 + right.AsI32)),
        Opcode.I32Sub => WasmValue.I32(unchecked(left.AsI32 - right.AsI32)),
        Opcode.I32Mul => WasmValue.I32(unchecked(left.AsI32 * right.AsI32)),
        Opcode.I64Add => WasmValue.I64(unchecked(left.AsI64 + right.AsI64)),
        Opcode.I64Sub => WasmValue.I64(unchecked(left.AsI64 - right.AsI64)),
        _ => WasmValue.I64(unchecked(left.AsI64 * right.AsI64)),
    };

    private static WasmValue ConstantOf(Instruction instruction) => instruction.Opcode switch
    {
        // Floats travel as their bits, so that the payload of a NaN is kept.
        Opcode.I32Const or Opcode.F32Const => WasmValue.I32((int)instruction.Value),
        Opcode.I64Const or Opcode.F64Const => WasmValue.I64(instruction.Value),
        Opcode.V128Const => WasmValue.V128(instruction.Vector),
        _ => default,
    };

    private readonly record struct Step(Opcode Opcode, int Index, int Index2, WasmValue Value);
}
