using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Decoding;

/// <summary>Finds the end of a constant expression (core specification 5.4.10).</summary>
internal static class ConstantExpressionDecoder
{
    /// <summary>Reads to the first <c>end</c>. Blocks are not counted: validation refuses an expression that has one.</summary>
    public static ConstantExpression Read(ref WasmReader reader)
    {
        var start = reader.Position;
        var instructions = reader.Instructions();
        while (instructions.Read(out var instruction))
        {
            if (instruction.Opcode == Opcode.End)
            {
                reader.AdvanceTo(instructions.Position);
                return new ConstantExpression(start, instructions.Position - start);
            }
        }
        Throw.Malformed("unexpected end of section or function: constant expression without end", instructions.Position);
        return default;
    }
}
