using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Translation;

/// <summary>Which functions of a module an exception may leave: those that throw, call what is not known, or call one of these.</summary>
internal static class Throwers
{
    /// <summary>Looks at all functions; <c>try_table</c> does not matter, as few catch everything.</summary>
    public static bool[] Find(WasmModule module)
    {
        var throwers = new bool[module.Bodies.Length];
        var callers = new List<int>?[module.Bodies.Length];
        var work = new Stack<int>();
        for (var i = 0; i < throwers.Length; i++)
        {
            var reader = new InstructionReader(module, module.Bodies[i]);
            while (reader.Read(out var instruction))
            {
                if (instruction.Opcode is Opcode.Call or Opcode.ReturnCall && instruction.Index >= module.ImportedFunctionCount)
                {
                    (callers[instruction.Index - module.ImportedFunctionCount] ??= []).Add(i);
                }
                else if ((instruction.Info.Effects & (Effects.Calls | Effects.Throws)) != Effects.Pure && !throwers[i])
                {
                    throwers[i] = true;
                    work.Push(i);
                }
            }
        }
        while (work.TryPop(out var thrower))
        {
            foreach (var caller in callers[thrower] ?? [])
            {
                if (!throwers[caller])
                {
                    throwers[caller] = true;
                    work.Push(caller);
                }
            }
        }
        return throwers;
    }
}
