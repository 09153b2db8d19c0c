using System.Reflection;
using System.Reflection.Emit;

namespace Mik.Conformance.Tests.IlProof;

/// <summary>Reads what was really emitted: the bytes of a method.</summary>
internal static class IlReader
{
    private const byte TwoBytePrefix = 0xFE;

    private static readonly Dictionary<short, OpCode> ByValue = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    public static List<IlInstruction> Read(MethodInfo method)
    {
        var il = method.GetMethodBody()!.GetILAsByteArray()!;
        var instructions = new List<IlInstruction>(il.Length / 2);
        for (var at = 0; at < il.Length;)
        {
            var start = at;
            short value = il[at++];
            if (value == TwoBytePrefix)
            {
                value = unchecked((short)((TwoBytePrefix << 8) | il[at++]));
            }
            var code = ByValue[value];
            var (number, member, targets, size) = Operand(method.Module, code, il, at);
            at += size;
            instructions.Add(new(start, code, number ?? Implied(code), member, targets));
        }
        return instructions;
    }

    private static (long? Number, MemberInfo? Member, int[] Targets, int Size) Operand(Module module, OpCode code, byte[] il, int at)
    {
        switch (code.OperandType)
        {
            case OperandType.InlineNone:
                return (null, null, [], 0);
            case OperandType.ShortInlineI:
                return ((sbyte)il[at], null, [], 1);
            case OperandType.ShortInlineVar:
                return (il[at], null, [], 1);
            case OperandType.InlineVar:
                return (BitConverter.ToUInt16(il, at), null, [], 2);
            case OperandType.InlineI:
                return (BitConverter.ToInt32(il, at), null, [], 4);
            case OperandType.InlineI8:
                return (BitConverter.ToInt64(il, at), null, [], 8);
            case OperandType.ShortInlineR:
                return (null, null, [], 4);
            case OperandType.InlineR:
                return (null, null, [], 8);
            case OperandType.InlineBrTarget:
                return (null, null, [at + 4 + BitConverter.ToInt32(il, at)], 4);
            case OperandType.InlineSwitch:
                var count = BitConverter.ToInt32(il, at);
                var end = at + 4 + (count * 4);
                return (null, null, [.. Enumerable.Range(1, count).Select(i => end + BitConverter.ToInt32(il, at + (i * 4)))], end - at);
            case OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType:
                return (null, module.ResolveMember(BitConverter.ToInt32(il, at)), [], 4);
            case OperandType.InlineSig:
                // Its second byte is the number of parameters, when they are few; the third the type of the result.
                var signature = module.ResolveSignature(BitConverter.ToInt32(il, at));
                return (signature[1] < 0x80 ? (signature[1] << 8) | signature[2] : 0, null, [], 4);
            default:
                throw new NotSupportedException($"operand of {code}");
        }
    }

    // ldarg.1, stloc.0, ldc.i4.m1 and the like have their number in the name.
    private static long Implied(OpCode code)
    {
        var name = code.Name!;
        var last = name[(name.LastIndexOf('.') + 1)..];
        var isImplied = name.StartsWith("ldarg.", StringComparison.Ordinal) || name.StartsWith("ldloc.", StringComparison.Ordinal)
            || name.StartsWith("stloc.", StringComparison.Ordinal) || name.StartsWith("ldc.i4.", StringComparison.Ordinal);
        return isImplied && last == "m1" ? -1 : isImplied && last.Length == 1 && char.IsAsciiDigit(last[0]) ? last[0] - '0' : 0;
    }
}
