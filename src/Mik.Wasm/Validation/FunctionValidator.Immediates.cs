using System.Runtime.CompilerServices;
using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Validation;

/// <content>Immediates: every index is within its index space, alignments and lanes are allowed. The rules rely on it.</content>
internal sealed partial class FunctionValidator
{
    private void CheckImmediates(in Instruction instruction)
    {
        switch (instruction.Info.Immediate)
        {
            case ImmediateKind.BlockType:
                if (instruction.BlockType.HasTypeIndex)
                {
                    CheckType(instruction.BlockType.TypeIndex, TypeForm.Function);
                }
                break;
            case ImmediateKind.TryTable when instruction.BlockType.HasTypeIndex:
                CheckType(instruction.BlockType.TypeIndex, TypeForm.Function);
                break;
            case ImmediateKind.Type:
                CheckType(instruction.Index, FormOf(instruction.Opcode));
                break;
            case ImmediateKind.TypeField:
                CheckType(instruction.Index, TypeForm.Struct);
                CheckIndex("field", instruction.Index2, module.Definitions[instruction.Index].Fields.Length);
                break;
            case ImmediateKind.TypeCount:
                CheckType(instruction.Index, TypeForm.Array);
                if ((uint)instruction.Index2 > ModuleLimits.FixedArray)
                {
                    Throw.OverLimit($"array.new_fixed of more than {ModuleLimits.FixedArray} elements", _offset);
                }
                break;
            case ImmediateKind.TypeData:
                CheckType(instruction.Index, TypeForm.Array);
                CheckDataIndex(instruction.Index2);
                break;
            case ImmediateKind.TypeElement:
                CheckType(instruction.Index, TypeForm.Array);
                CheckIndex("elem segment", instruction.Index2, module.Elements.Length);
                break;
            case ImmediateKind.TypeType:
                CheckType(instruction.Index, TypeForm.Array);
                CheckType(instruction.Index2, TypeForm.Array);
                break;
            case ImmediateKind.CastBranch:
                CheckIndex("label", instruction.Index, _controls.Count);
                break;
            case ImmediateKind.Tag:
                CheckIndex("tag", instruction.Index, module.TagTypeIndices.Length);
                break;
            case ImmediateKind.Label:
                CheckIndex("label", instruction.Index, _controls.Count);
                break;
            case ImmediateKind.BranchTable:
                foreach (var label in instruction.Labels)
                {
                    CheckIndex("label", label, _controls.Count);
                }
                break;
            case ImmediateKind.Function:
                CheckIndex("function", instruction.Index, module.FunctionCount);
                break;
            case ImmediateKind.CallIndirect:
                CheckType(instruction.Index, TypeForm.Function);
                CheckIndex("table", instruction.Index2, module.Tables.Length);
                break;
            case ImmediateKind.Local:
                CheckIndex("local", instruction.Index, _locals.Count);
                break;
            case ImmediateKind.Global:
                CheckIndex("global", instruction.Index, module.GlobalTypes.Length);
                break;
            case ImmediateKind.Table:
                CheckIndex("table", instruction.Index, module.Tables.Length);
                break;
            case ImmediateKind.TableCopy:
                CheckIndex("table", instruction.Index, module.Tables.Length);
                CheckIndex("table", instruction.Index2, module.Tables.Length);
                break;
            case ImmediateKind.TableInit:
                CheckIndex("elem segment", instruction.Index, module.Elements.Length);
                CheckIndex("table", instruction.Index2, module.Tables.Length);
                break;
            case ImmediateKind.Element:
                CheckIndex("elem segment", instruction.Index, module.Elements.Length);
                break;
            case ImmediateKind.Memory:
                CheckIndex("memory", instruction.MemoryIndex, module.Memories.Length);
                break;
            case ImmediateKind.MemoryCopy:
                CheckIndex("memory", instruction.MemoryIndex, module.Memories.Length);
                CheckIndex("memory", instruction.Index2, module.Memories.Length);
                break;
            case ImmediateKind.MemoryInit:
                CheckIndex("memory", instruction.MemoryIndex, module.Memories.Length);
                CheckDataIndex(instruction.Index);
                break;
            case ImmediateKind.Data:
                CheckDataIndex(instruction.Index);
                break;
            case ImmediateKind.MemoryArgument:
                CheckMemoryArgument(instruction);
                break;
            case ImmediateKind.MemoryArgumentLane:
                CheckMemoryArgument(instruction);
                CheckLane(instruction.Index, instruction.Info.LaneCount);
                break;
            case ImmediateKind.Lane:
                CheckLane(instruction.Index, instruction.Info.LaneCount);
                break;
            case ImmediateKind.Shuffle:
                for (var i = 0; i < 16; i++)
                {
                    CheckLane(instruction.Vector[i], instruction.Info.LaneCount);
                }
                break;
            default:
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckIndex(string space, int index, int count)
    {
        if ((uint)index >= (uint)count)
        {
            ThrowUnknown(space, index);
        }
    }

    private void CheckType(int index, TypeForm form)
    {
        CheckIndex("type", index, module.Definitions.Length);
        if (module.Definitions[index].Form != form)
        {
            Throw.Invalid($"type mismatch: type {index} is not a {form.ToString().ToLowerInvariant()} type", _offset);
        }
    }

    private static TypeForm FormOf(Opcode opcode) => opcode switch
    {
        Opcode.CallRef or Opcode.ReturnCallRef => TypeForm.Function,
        Opcode.StructNew or Opcode.StructNewDefault => TypeForm.Struct,
        _ => TypeForm.Array,
    };

    private void ThrowUnknown(string space, int index) => Throw.Invalid($"unknown {space} {(uint)index}", _offset);

    private void CheckDataIndex(int index)
    {
        // The code section comes before the data section: one pass could not know the count without this section.
        if (!module.HasDataCount)
        {
            Throw.Malformed("data count section required", _offset);
        }
        CheckIndex("data segment", index, module.Data.Length);
    }

    private void CheckLane(int lane, int count)
    {
        if (lane >= count)
        {
            Throw.Invalid("invalid lane index", _offset);
        }
    }

    private void CheckMemoryArgument(in Instruction instruction)
    {
        var info = instruction.Info;
        CheckIndex("memory", instruction.MemoryIndex, module.Memories.Length);
        if (instruction.Alignment > info.NaturalAlignment)
        {
            Throw.Invalid("alignment must not be larger than natural", _offset);
        }
        if (instruction.Alignment != info.NaturalAlignment && (info.Features & WasmFeatures.Threads) != WasmFeatures.None)
        {
            Throw.Invalid("atomic alignment must be natural", _offset);
        }
        if (instruction.MemoryOffset > uint.MaxValue && !module.Memories[instruction.MemoryIndex].Limits.Is64)
        {
            Throw.Invalid("offset out of range", _offset);
        }
    }
}
