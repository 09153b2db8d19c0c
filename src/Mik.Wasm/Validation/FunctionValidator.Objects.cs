using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Validation;

/// <content>Structures, arrays, 31-bit integers and casts (core specification 3.4.3 to 3.4.5).</content>
internal sealed partial class FunctionValidator
{
    private void ValidateObject(in Instruction instruction)
    {
        if (instruction.Opcode is >= Opcode.StructNew and <= Opcode.StructSet)
        {
            module.UsedStructures.Add(instruction.Index);
        }
        switch (instruction.Opcode)
        {
            case Opcode.RefEq:
                PopOperand(WasmValueType.EqRef);
                PopOperand(WasmValueType.EqRef);
                PushOperand(WasmValueType.I32);
                break;
            case Opcode.StructNew or Opcode.StructNewDefault:
                ValidateStructNew(instruction);
                break;
            case Opcode.StructGet or Opcode.StructGetS or Opcode.StructGetU:
                PopOperand(TypeOf(instruction).Reference.AsNullable);
                PushOperand(ReadField(TypeOf(instruction).Fields[instruction.Index2], instruction.Opcode != Opcode.StructGet));
                break;
            case Opcode.StructSet:
                PopOperand(WrittenField(TypeOf(instruction).Fields[instruction.Index2]).Value);
                PopOperand(TypeOf(instruction).Reference.AsNullable);
                break;
            case Opcode.RefTest or Opcode.RefTestNull:
                PopOperand(TypeMatching.TopOf(instruction.ReferenceType));
                PushOperand(WasmValueType.I32);
                break;
            case Opcode.RefCast or Opcode.RefCastNull:
                PopOperand(TypeMatching.TopOf(instruction.ReferenceType));
                PushOperand(instruction.ReferenceType with { IsNonNull = instruction.Opcode == Opcode.RefCast });
                break;
            case Opcode.BrOnCast or Opcode.BrOnCastFail:
                ValidateBranchOnCast(instruction);
                break;
            case Opcode.AnyConvertExtern or Opcode.ExternConvertAny:
                ValidateConversion(instruction.Opcode == Opcode.AnyConvertExtern);
                break;
            case Opcode.RefI31:
                PopOperand(WasmValueType.I32);
                PushOperand(WasmValueType.I31Ref.AsNonNull);
                break;
            case Opcode.I31GetS or Opcode.I31GetU:
                PopOperand(WasmValueType.I31Ref);
                PushOperand(WasmValueType.I32);
                break;
            case Opcode.ArrayLen:
                PopOperand(WasmValueType.ArrayRef);
                PushOperand(WasmValueType.I32);
                break;
            default:
                ValidateArray(instruction, TypeOf(instruction).Fields[0]);
                break;
        }
    }

    private void ValidateArray(in Instruction instruction, FieldType element)
    {
        var reference = TypeOf(instruction).Reference;
        switch (instruction.Opcode)
        {
            case Opcode.ArrayNew:
                PopOperand(WasmValueType.I32);
                PopOperand(element.Value);
                PushOperand(reference);
                break;
            case Opcode.ArrayNewDefault:
                CheckDefault(element);
                PopOperand(WasmValueType.I32);
                PushOperand(reference);
                break;
            case Opcode.ArrayNewFixed:
                for (var i = 0; i < instruction.Index2; i++)
                {
                    PopOperand(element.Value);
                }
                PushOperand(reference);
                break;
            case Opcode.ArrayNewData or Opcode.ArrayNewElem:
                CheckSegment(instruction, element);
                PopOperand(WasmValueType.I32);
                PopOperand(WasmValueType.I32);
                PushOperand(reference);
                break;
            case Opcode.ArrayGet or Opcode.ArrayGetS or Opcode.ArrayGetU:
                PopOperand(WasmValueType.I32);
                PopOperand(reference.AsNullable);
                PushOperand(ReadField(element, instruction.Opcode != Opcode.ArrayGet));
                break;
            case Opcode.ArraySet:
                PopOperand(WrittenField(element).Value);
                PopOperand(WasmValueType.I32);
                PopOperand(reference.AsNullable);
                break;
            case Opcode.ArrayFill:
                PopOperand(WasmValueType.I32);
                PopOperand(WrittenField(element).Value);
                PopOperand(WasmValueType.I32);
                PopOperand(reference.AsNullable);
                break;
            case Opcode.ArrayCopy:
                ValidateArrayCopy(module.Definitions[instruction.Index2], WrittenField(element), reference);
                break;
            default:
                WrittenField(element);
                CheckSegment(instruction, element);
                PopOperand(WasmValueType.I32);
                PopOperand(WasmValueType.I32);
                PopOperand(WasmValueType.I32);
                PopOperand(reference.AsNullable);
                break;
        }
    }

    private void ValidateStructNew(in Instruction instruction)
    {
        var type = TypeOf(instruction);
        for (var i = type.Fields.Length - 1; i >= 0; i--)
        {
            if (instruction.Opcode == Opcode.StructNew)
            {
                PopOperand(type.Fields[i].Value);
            }
            else
            {
                CheckDefault(type.Fields[i]);
            }
        }
        PushOperand(type.Reference);
    }

    private void ValidateArrayCopy(WasmTypeDefinition source, FieldType destination, WasmValueType reference)
    {
        var element = source.Fields[0];
        if (element.Packing != destination.Packing || !element.Value.Matches(destination.Value))
        {
            Throw.Invalid("array types do not match", _offset);
        }
        PopOperand(WasmValueType.I32);
        PopOperand(WasmValueType.I32);
        PopOperand(source.Reference.AsNullable);
        PopOperand(WasmValueType.I32);
        PopOperand(reference.AsNullable);
    }

    private void ValidateConversion(bool isToAny)
    {
        var type = PopReference();
        CheckMatches(type, isToAny ? WasmValueType.ExternRef : WasmValueType.AnyRef);
        PushOperand((isToAny ? WasmValueType.AnyRef : WasmValueType.ExternRef) with { IsNonNull = type.IsNonNull });
    }

    private void CheckSegment(in Instruction instruction, FieldType element)
    {
        if (instruction.Info.Immediate == ImmediateKind.ArrayElement)
        {
            CheckMatches(module.Elements[instruction.Index2].ElementType, element.Value);
        }
        else if (element.Value.IsReference)
        {
            Throw.Invalid("array type is not numeric or vector", _offset);
        }
    }

    private void CheckDefault(FieldType field)
    {
        if (!field.Value.IsDefaultable)
        {
            Throw.Invalid("type mismatch: a field type is not defaultable", _offset);
        }
    }

    private WasmValueType ReadField(FieldType field, bool extends)
    {
        if (extends != (field.Packing != FieldPacking.None))
        {
            Throw.Invalid(extends ? "field is unpacked" : "field is packed", _offset);
        }
        return field.Value;
    }

    private FieldType WrittenField(FieldType field)
    {
        if (!field.IsMutable)
        {
            Throw.Invalid("immutable field or array", _offset);
        }
        return field;
    }

    private WasmTypeDefinition TypeOf(in Instruction instruction) => module.Definitions[instruction.Index];
}
