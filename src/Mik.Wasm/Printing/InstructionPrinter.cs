using System.Globalization;
using System.Text;
using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Printing;

/// <summary>Prints instructions in the text format (core specification 6.5), with numbers for all indices.</summary>
internal static class InstructionPrinter
{
    /// <summary>The instruction as text, for example <c>i32.load offset=8</c>.</summary>
    public static string Print(in Instruction instruction)
    {
        var text = new StringBuilder(instruction.Info.Name);
        AppendImmediates(text, instruction);
        return text.ToString();
    }

    private static void AppendImmediates(StringBuilder text, in Instruction instruction)
    {
        switch (instruction.Info.Immediate)
        {
            case ImmediateKind.BlockType:
                AppendBlockType(text, instruction.BlockType);
                break;
            case ImmediateKind.BranchTable:
                foreach (var label in instruction.Labels)
                {
                    AppendIndex(text, label);
                }
                break;
            case ImmediateKind.CallIndirect:
                AppendIndexUnlessZero(text, instruction.Index2);
                text.Append(CultureInfo.InvariantCulture, $" (type {(uint)instruction.Index})");
                break;
            case ImmediateKind.SelectTypes:
                text.Append(CultureInfo.InvariantCulture, $" (result {string.Join(' ', instruction.Types)})");
                break;
            case ImmediateKind.CastBranch:
                AppendIndex(text, instruction.Index);
                text.Append(CultureInfo.InvariantCulture, $" {instruction.ReferenceType} {instruction.TargetType}");
                break;
            case ImmediateKind.TryTable:
                AppendBlockType(text, instruction.BlockType);
                foreach (var clause in instruction.Catches)
                {
                    text.Append(clause.PassesReference ? clause.HasTag ? " (catch_ref" : " (catch_all_ref" : clause.HasTag ? " (catch" : " (catch_all");
                    if (clause.HasTag)
                    {
                        AppendIndex(text, clause.Tag);
                    }
                    AppendIndex(text, clause.Label);
                    text.Append(')');
                }
                break;
            case ImmediateKind.TableInit:
                AppendIndexUnlessZero(text, instruction.Index2);
                AppendIndex(text, instruction.Index);
                break;
            case ImmediateKind.Memory:
                AppendIndexUnlessZero(text, instruction.MemoryIndex);
                break;
            case ImmediateKind.MemoryCopy:
                if (instruction.MemoryIndex != 0 || instruction.Index2 != 0)
                {
                    AppendIndex(text, instruction.MemoryIndex);
                    AppendIndex(text, instruction.Index2);
                }
                break;
            case ImmediateKind.MemoryInit:
                AppendIndexUnlessZero(text, instruction.MemoryIndex);
                AppendIndex(text, instruction.Index);
                break;
            case ImmediateKind.MemoryArgument:
                AppendMemoryArgument(text, instruction);
                break;
            case ImmediateKind.MemoryArgumentLane:
                AppendMemoryArgument(text, instruction);
                AppendIndex(text, instruction.Index);
                break;
            case ImmediateKind.I32 or ImmediateKind.I64:
                text.Append(CultureInfo.InvariantCulture, $" {instruction.Value}");
                break;
            case ImmediateKind.F32:
                AppendFloat(text, BitConverter.Int32BitsToSingle((int)instruction.Value), (instruction.Value & 0x7F_FFFF) | (instruction.Value >> 31 << 63));
                break;
            case ImmediateKind.F64:
                AppendFloat(text, BitConverter.Int64BitsToDouble(instruction.Value), instruction.Value & unchecked((long)0x800F_FFFF_FFFF_FFFF));
                break;
            case ImmediateKind.Shuffle or ImmediateKind.V128:
                text.Append(instruction.Info.Immediate == ImmediateKind.V128 ? " i8x16" : "");
                for (var i = 0; i < 16; i++)
                {
                    AppendIndex(text, instruction.Vector[i]);
                }
                break;
            case ImmediateKind.HeapType:
                text.Append(CultureInfo.InvariantCulture, $" {CastName(instruction)}");
                break;
            case ImmediateKind.Lane:
                AppendIndex(text, instruction.Index);
                break;
            default:
                foreach (var part in instruction.Info.Parts)
                {
                    AppendIndex(text, instruction[part.Slot]);
                }
                break;
        }
    }

    private static string CastName(in Instruction instruction) => instruction.Opcode switch
    {
        Opcode.RefNull => instruction.ReferenceType.HeapName,
        Opcode.RefTestNull or Opcode.RefCastNull => instruction.ReferenceType.ToString(),
        _ => instruction.ReferenceType.AsNonNull.ToString(),
    };

    private static void AppendIndex(StringBuilder text, int index) => text.Append(CultureInfo.InvariantCulture, $" {(uint)index}");

    private static void AppendIndexUnlessZero(StringBuilder text, int index)
    {
        if (index != 0)
        {
            AppendIndex(text, index);
        }
    }

    private static void AppendBlockType(StringBuilder text, BlockType type)
    {
        if (type.HasTypeIndex)
        {
            text.Append(CultureInfo.InvariantCulture, $" (type {(uint)type.TypeIndex})");
        }
        else if (type.Result is { } result)
        {
            text.Append(CultureInfo.InvariantCulture, $" (result {result})");
        }
    }

    private static void AppendMemoryArgument(StringBuilder text, in Instruction instruction)
    {
        AppendIndexUnlessZero(text, instruction.MemoryIndex);
        if (instruction.MemoryOffset != 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" offset={instruction.MemoryOffset}");
        }
        if (instruction.Alignment != instruction.Info.NaturalAlignment)
        {
            text.Append(CultureInfo.InvariantCulture, $" align={UInt128.One << instruction.Alignment}");
        }
    }

    private static void AppendFloat(StringBuilder text, double value, long signAndPayload)
    {
        if (double.IsNaN(value))
        {
            text.Append(signAndPayload < 0 ? " -nan:0x" : " nan:0x")
                .Append((signAndPayload & long.MaxValue).ToString("x", CultureInfo.InvariantCulture));
        }
        else if (double.IsInfinity(value))
        {
            text.Append(value < 0 ? " -inf" : " inf");
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $" {value:R}");
        }
    }
}
