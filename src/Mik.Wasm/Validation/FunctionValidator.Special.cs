using System.Diagnostics;
using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Validation;

/// <content>Instructions whose types depend on immediates or on the stack.</content>
internal sealed partial class FunctionValidator
{
    private void ValidateSpecial(in Instruction instruction)
    {
        switch (instruction.Opcode)
        {
            case Opcode.Unreachable:
                Unreachable();
                break;
            case Opcode.Nop:
                break;
            case Opcode.Block or Opcode.Loop or Opcode.If:
                ValidateBlock(instruction);
                break;
            case Opcode.Else:
                ValidateElse();
                break;
            case Opcode.End:
                ValidateEnd();
                break;
            case Opcode.Br:
                ValidateBranch(instruction.Index);
                break;
            case Opcode.BrIf:
                ValidateBranchIf(instruction.Index);
                break;
            case Opcode.BrTable:
                ValidateBranchTable(instruction);
                break;
            case Opcode.Return:
                ValidateReturn();
                break;
            case Opcode.Call:
                ValidateCall(module.FunctionTypeOf(instruction.Index));
                break;
            case Opcode.CallIndirect:
                ValidateCall(PopIndirectCallee(instruction));
                break;
            case Opcode.ReturnCall:
                ValidateReturnCall(module.FunctionTypeOf(instruction.Index));
                break;
            case Opcode.ReturnCallIndirect:
                ValidateReturnCall(PopIndirectCallee(instruction));
                break;
            case Opcode.Drop:
                PopOperand();
                break;
            case Opcode.Select:
                ValidateSelect();
                break;
            case Opcode.SelectTyped:
                ValidateSelectTyped(instruction.Types);
                break;
            case Opcode.CallRef:
                ValidateCall(PopReferencedCallee(instruction));
                break;
            case Opcode.ReturnCallRef:
                ValidateReturnCall(PopReferencedCallee(instruction));
                break;
            case Opcode.BrOnNull:
                ValidateBranchOnNull(instruction.Index);
                break;
            case Opcode.BrOnNonNull:
                ValidateBranchOnNonNull(instruction.Index);
                break;
            case Opcode.RefAsNonNull:
                PushOperand(PopReference().AsNonNull);
                break;
            case Opcode.Throw:
                PopOperands(module.TagTypeOf(instruction.Index).Parameters.AsSpan());
                Unreachable();
                break;
            case Opcode.ThrowRef:
                PopOperand(WasmValueType.ExnRef);
                Unreachable();
                break;
            case Opcode.TryTable:
                ValidateTryTable(instruction);
                break;
            case Opcode.LocalGet:
                if (!_locals.IsReadable(instruction.Index))
                {
                    Throw.Invalid($"uninitialized local: {instruction.Index}", _offset);
                }
                PushOperand(_locals[instruction.Index]);
                break;
            case Opcode.LocalSet:
                PopOperand(_locals[instruction.Index]);
                _locals.MarkWritten(instruction.Index);
                break;
            case Opcode.LocalTee:
                PopOperand(_locals[instruction.Index]);
                _locals.MarkWritten(instruction.Index);
                PushOperand(_locals[instruction.Index]);
                break;
            case Opcode.GlobalGet:
                PushOperand(module.GlobalTypes[instruction.Index].ValueType);
                break;
            case Opcode.GlobalSet:
                ValidateGlobalSet(module.GlobalTypes[instruction.Index]);
                break;
            case Opcode.RefNull:
                PushOperand(instruction.ReferenceType);
                break;
            case Opcode.RefIsNull:
                ValidateRefIsNull();
                break;
            case Opcode.RefFunc:
                ValidateRefFunc(instruction.Index);
                break;
            case Opcode.MemoryCopy:
                PopCopyOperands(AddressTypeOfMemory(instruction.MemoryIndex), AddressTypeOfMemory(instruction.Index2));
                break;
            case Opcode.RefEq or (>= Opcode.StructNew and <= Opcode.I31GetU):
                ValidateObject(instruction);
                break;
            default:
                ValidateTable(instruction);
                break;
        }
    }

    /// <summary>Pops a reference of any type; in code that cannot be reached it may be the bottom of all.</summary>
    private WasmValueType PopReference()
    {
        var type = PopOperand();
        if (type == WasmValueType.Bottom)
        {
            return new WasmValueType(WasmTypeKind.Reference, HeapTypeKind.Bottom, IsNonNull: true);
        }
        if (!type.IsReference)
        {
            Throw.Invalid($"type mismatch: expected a reference, found {type}", _offset);
        }
        return type;
    }

    private void ValidateTable(in Instruction instruction)
    {
        switch (instruction.Opcode)
        {
            case Opcode.TableGet:
                PopOperand(AddressTypeOfTable(instruction.Index));
                PushOperand(ElementTypeOf(instruction.Index));
                break;
            case Opcode.TableSet:
                PopOperand(ElementTypeOf(instruction.Index));
                PopOperand(AddressTypeOfTable(instruction.Index));
                break;
            case Opcode.TableSize:
                PushOperand(AddressTypeOfTable(instruction.Index));
                break;
            case Opcode.TableGrow:
                PopOperand(AddressTypeOfTable(instruction.Index));
                PopOperand(ElementTypeOf(instruction.Index));
                PushOperand(AddressTypeOfTable(instruction.Index));
                break;
            case Opcode.TableFill:
                PopOperand(AddressTypeOfTable(instruction.Index));
                PopOperand(ElementTypeOf(instruction.Index));
                PopOperand(AddressTypeOfTable(instruction.Index));
                break;
            case Opcode.TableCopy:
                CheckMatches(ElementTypeOf(instruction.Index2), ElementTypeOf(instruction.Index));
                PopCopyOperands(AddressTypeOfTable(instruction.Index), AddressTypeOfTable(instruction.Index2));
                break;
            case Opcode.TableInit:
                CheckMatches(module.Elements[instruction.Index].ElementType, ElementTypeOf(instruction.Index2));
                PopOperand(WasmValueType.I32);
                PopOperand(WasmValueType.I32);
                PopOperand(AddressTypeOfTable(instruction.Index2));
                break;
            default:
                throw new UnreachableException($"no validation rule for {instruction.Info.Name}");
        }
    }

    private WasmValueType ElementTypeOf(int table) => module.Tables[table].Type.ElementType;

    /// <summary>Destination, source, and a length that is as narrow as the narrower of them.</summary>
    private void PopCopyOperands(WasmValueType destination, WasmValueType source)
    {
        PopOperand(destination == WasmValueType.I64 && source == WasmValueType.I64 ? WasmValueType.I64 : WasmValueType.I32);
        PopOperand(source);
        PopOperand(destination);
    }

    private void ValidateSelect()
    {
        PopOperand(WasmValueType.I32);
        var second = PopOperand();
        var first = PopOperand();
        if (first.IsReference || second.IsReference)
        {
            Throw.Invalid("type mismatch: select without a type is for numbers and vectors", _offset);
        }
        if (first != WasmValueType.Bottom)
        {
            CheckMatches(second, first);
        }
        PushOperand(first == WasmValueType.Bottom ? second : first);
    }

    private void ValidateSelectTyped(WasmValueType[] types)
    {
        if (types.Length != 1)
        {
            Throw.Invalid("invalid result arity", _offset);
        }
        PopOperand(WasmValueType.I32);
        PopOperand(types[0]);
        PopOperand(types[0]);
        PushOperand(types[0]);
    }

    private void ValidateGlobalSet(GlobalType global)
    {
        if (!global.IsMutable)
        {
            Throw.Invalid("immutable global: global is immutable", _offset);
        }
        PopOperand(global.ValueType);
    }

    private void ValidateRefIsNull()
    {
        PopReference();
        PushOperand(WasmValueType.I32);
    }

    private void ValidateRefFunc(int function)
    {
        if (!module.DeclaredReferences.Contains(function))
        {
            Throw.Invalid($"undeclared function reference {function}", _offset);
        }
        PushOperand(module.Definitions[module.FunctionTypeIndices[function]].Reference);
    }
}
