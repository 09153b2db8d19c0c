using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Text;

namespace Mik.Wasm.Tests.Translation;

/// <summary>Prints the CIL of a method, one instruction per line, with labels in the order of their places.</summary>
internal static class IlDisassembler
{
    private const byte TwoBytePrefix = 0xFE;

    private static readonly Dictionary<short, OpCode> ByValue = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    public static string Print(MethodInfo method)
    {
        var body = method.GetMethodBody()!;
        var il = body.GetILAsByteArray()!;
        var instructions = Decode(method.Module, il).ToList();
        var labels = instructions.SelectMany(instruction => instruction.Targets).Distinct().Order()
            .Select((target, index) => (target, Name: "L" + (index + 1).ToString(CultureInfo.InvariantCulture)))
            .ToDictionary(label => label.target, label => label.Name);

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{method.ReturnType.Name} {method.Name}(");
        text.AppendJoin(", ", method.GetParameters().Select(parameter => parameter.ParameterType.Name)).Append(")\n");
        text.Append("locals").AppendJoin("", body.LocalVariables.Select(local => " " + local.LocalType.Name)).Append('\n');
        foreach (var instruction in instructions)
        {
            text.Append(labels.TryGetValue(instruction.Offset, out var label) ? label + ":" : "").Append('\t');
            text.Append(instruction.Text).AppendJoin(' ', instruction.Targets.Select(target => labels[target])).Append('\n');
        }
        return text.ToString();
    }

    private static IEnumerable<(int Offset, string Text, int[] Targets)> Decode(Module module, byte[] il)
    {
        for (var at = 0; at < il.Length;)
        {
            var start = at;
            short value = il[at++];
            if (value == TwoBytePrefix)
            {
                value = unchecked((short)((TwoBytePrefix << 8) | il[at++]));
            }
            var code = ByValue[value];
            var (operand, size, targets) = Operand(module, code, il, at);
            at += size;
            yield return (start, operand.Length + targets.Length == 0 ? code.Name! : $"{code.Name} {operand}", targets);
        }
    }

    private static (string Text, int Size, int[] Targets) Operand(Module module, OpCode code, byte[] il, int at)
    {
        switch (code.OperandType)
        {
            case OperandType.InlineNone:
                return ("", 0, []);
            case OperandType.ShortInlineI:
                return (Text((sbyte)il[at]), 1, []);
            case OperandType.ShortInlineVar:
                return (Text(il[at]), 1, []);
            case OperandType.InlineVar:
                return (Text(BitConverter.ToUInt16(il, at)), 2, []);
            case OperandType.InlineI8:
                return (Text(BitConverter.ToInt64(il, at)), 8, []);
            case OperandType.ShortInlineR:
                return (Text(BitConverter.ToSingle(il, at)), 4, []);
            case OperandType.InlineR:
                return (Text(BitConverter.ToDouble(il, at)), 8, []);
            case OperandType.InlineBrTarget:
                return ("", 4, [at + 4 + BitConverter.ToInt32(il, at)]);
            case OperandType.InlineSwitch:
                var count = BitConverter.ToInt32(il, at);
                var end = at + 4 + (count * 4);
                return ("", end - at, [.. Enumerable.Range(1, count).Select(i => end + BitConverter.ToInt32(il, at + (i * 4)))]);
            case OperandType.InlineMethod:
                return (module.ResolveMethod(BitConverter.ToInt32(il, at))!.Name, 4, []);
            case OperandType.InlineField:
                return (module.ResolveField(BitConverter.ToInt32(il, at))!.Name, 4, []);
            case OperandType.InlineType:
                return (module.ResolveType(BitConverter.ToInt32(il, at)).Name, 4, []);
            case OperandType.InlineSig:
                return ("", 4, []);
            default:
                return (Text(BitConverter.ToInt32(il, at)), 4, []);
        }
    }

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
