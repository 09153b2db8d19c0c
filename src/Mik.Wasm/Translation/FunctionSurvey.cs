using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Translation;

/// <summary>What a prologue must know about the instructions that follow it: found by one pass over them.</summary>
internal sealed class FunctionSurvey
{
    /// <summary>Looks through a function.</summary>
    public FunctionSurvey(WasmModule module, FunctionBody body)
    {
        var rotations = new RotationSurvey();
        var reader = new InstructionReader(module, body);
        while (reader.Read(out var instruction))
        {
            rotations.Add(instruction);
            Loads.Add(instruction);
            if (instruction.Info.AccessBytes != 0)
            {
                AddMemory(instruction.MemoryIndex);
                continue;
            }
            switch (instruction.Opcode)
            {
                case Opcode.Loop:
                    HasLoops = true;
                    break;
                case Opcode.ReturnCall or Opcode.ReturnCallIndirect or Opcode.ReturnCallRef:
                    HasCalls = true;
                    break;
                case Opcode.Call:
                    AddCall(module.FunctionTypeOf(instruction.Index));
                    break;
                case Opcode.CallIndirect or Opcode.CallRef:
                    AddCall(module.Types[instruction.Index]);
                    break;
            }
        }
        HasRotation = rotations.HasRotation;
        HasShift = rotations.HasShift;
    }

    /// <summary>Which loads one check covers.</summary>
    public LoadRuns Loads { get; } = new();

    /// <summary>Memories that the function loads from or stores to, in the order of their first use.</summary>
    public List<int> Memories { get; } = [];

    public bool HasLoops { get; private set; }

    public bool HasCalls { get; private set; }

    /// <inheritdoc cref="RotationSurvey.HasRotation"/>
    public bool HasRotation { get; }

    /// <inheritdoc cref="RotationSurvey.HasShift"/>
    public bool HasShift { get; }

    /// <summary>The most results of any callee.</summary>
    public int MostResults { get; private set; }

    private void AddMemory(int index)
    {
        if (!Memories.Contains(index))
        {
            Memories.Add(index);
        }
    }

    private void AddCall(FunctionType type)
    {
        HasCalls = true;
        MostResults = Math.Max(MostResults, type.Results.Length);
    }
}
