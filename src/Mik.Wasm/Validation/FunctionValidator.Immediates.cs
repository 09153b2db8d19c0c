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
            case ImmediateKind.BlockType or ImmediateKind.TryTable:
                if (instruction.BlockType.HasTypeIndex)
                {
                    CheckType(instruction.BlockType.TypeIndex, TypeForm.Function);
                }
                break;
            case ImmediateKind.CastBranch:
                CheckIndex("label", instruction.Index, _controls.Count);
                break;
            case ImmediateKind.BranchTable:
                foreach (var label in instruction.Labels)
                {
                    CheckIndex("label", label, _controls.Count);
                }
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
                foreach (var part in instruction.Info.Parts)
                {
                    CheckPart(part, instruction);
                }
                break;
        }
    }

    private void CheckPart(ImmediatePart part, in Instruction instruction)
    {
        var index = instruction[part.Slot];
        switch (part.Kind)
        {
            case IndexKind.Label:
                CheckIndex("label", index, _controls.Count);
                break;
            case IndexKind.Function:
                CheckIndex("function", index, module.FunctionCount);
                break;
            case IndexKind.Local:
                CheckIndex("local", index, _locals.Count);
                break;
            case IndexKind.Global:
                CheckIndex("global", index, module.GlobalTypes.Length);
                break;
            case IndexKind.Table:
                CheckIndex("table", index, module.Tables.Length);
                break;
            case IndexKind.Memory:
                CheckIndex("memory", index, module.Memories.Length);
                break;
            case IndexKind.Element:
                CheckIndex("elem segment", index, module.Elements.Length);
                break;
            case IndexKind.Data:
                CheckDataIndex(index);
                break;
            case IndexKind.Tag:
                CheckIndex("tag", index, module.TagTypeIndices.Length);
                break;
            case IndexKind.FunctionType:
                CheckType(index, TypeForm.Function);
                break;
            case IndexKind.StructType:
                CheckType(index, TypeForm.Struct);
                break;
            case IndexKind.ArrayType:
                CheckType(index, TypeForm.Array);
                break;
            case IndexKind.Field:
                CheckIndex("field", index, module.Definitions[instruction.Index].Fields.Length);
                break;
            case IndexKind.Count when (uint)index > ModuleLimits.FixedArray:
                Throw.OverLimit($"array.new_fixed of more than {ModuleLimits.FixedArray} elements", _offset);
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
