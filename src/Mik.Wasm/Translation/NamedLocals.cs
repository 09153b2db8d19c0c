using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Translation;

/// <summary>
/// Leaves the locals out that no instruction names: a function of ten bytes may declare 50,000 of them, and each would cost memory in this
/// process, and a place in the function's frame.
/// </summary>
internal static class NamedLocals
{
    // Functions with fewer are left as they are: most name all of them.
    private const int Few = 64;

    /// <summary>The body with the locals that it names, and their new numbers for whoever reads its instructions.</summary>
    public static FunctionBody Of(WasmModule module, FunctionType type, FunctionBody body)
    {
        if (body.LocalCount <= Few)
        {
            return body;
        }
        var named = Find(module, type.Parameters.Length, body);
        if (named.Count == body.LocalCount)
        {
            return body;
        }
        var numbers = new Dictionary<int, int>(named.Count);
        var groups = new List<(int Count, WasmValueType Type)>();
        var end = type.Parameters.Length;
        using var next = named.GetEnumerator();
        var hasNext = next.MoveNext();
        foreach (var (count, local) in body.Locals.AsSpan())
        {
            end += count;
            var before = numbers.Count;
            for (; hasNext && next.Current < end; hasNext = next.MoveNext())
            {
                numbers.Add(next.Current, type.Parameters.Length + numbers.Count);
            }
            if (numbers.Count > before)
            {
                groups.Add((numbers.Count - before, local));
            }
        }
        return new FunctionBody([.. groups], numbers.Count, body.Start, body.Length) { LocalNumbers = numbers };
    }

    private static SortedSet<int> Find(WasmModule module, int parameters, FunctionBody body)
    {
        var named = new SortedSet<int>();
        var reader = new InstructionReader(module, body);
        while (reader.Read(out var instruction))
        {
            if (instruction.Info.Immediate == ImmediateKind.Local && instruction.Index >= parameters)
            {
                named.Add(instruction.Index);
            }
        }
        return named;
    }
}
