using Mik.Wasm.Decoding;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Translation;

/// <summary>
/// Loads that follow each other with nothing between them that can be seen from outside, at addresses in the same local: the first one's check may
/// cover them all. Whichever of them is out of bounds, the guest ends with the same trap and nothing else has happened.
/// </summary>
internal sealed class LoadRuns
{
    private const Effects Invisible = Effects.ReadsLocal | Effects.WritesLocal | Effects.ReadsGlobal | Effects.ReadsMemory | Effects.ReadsTable;
    private const int MaximumOpen = 8;

    private readonly List<(int Local, int Memory, int First, ulong End)> _open = new(MaximumOpen);
    private readonly Dictionary<int, ulong> _ends = [];
    // The local whose value the instruction before left on the stack.
    private int _local = -1;

    /// <summary>Looks at the next instruction of the function.</summary>
    public void Add(in Instruction instruction)
    {
        var row = instruction.Info;
        var local = _local;
        _local = instruction.Opcode is Opcode.LocalGet or Opcode.LocalTee ? instruction.Index : -1;
        if (row is { AccessBytes: not 0, Effects: Effects.ReadsMemory | Effects.MayTrap })
        {
            // A load of one lane has its vector on top of its address.
            if (local >= 0 && row.Pops.Length == 1 && instruction.MemoryOffset <= int.MaxValue)
            {
                AddLoad(local, instruction);
            }
        }
        else if ((row.Effects & ~Invisible) != Effects.Pure)
        {
            _open.Clear();
        }
        else if (instruction.Opcode is Opcode.LocalSet or Opcode.LocalTee)
        {
            var written = instruction.Index;
            _open.RemoveAll(run => run.Local == written);
        }
    }

    /// <summary>How many bytes from its address on a load's check covers: those of the loads after it too.</summary>
    /// <param name="offset">Where the load is in the module.</param>
    public ulong EndOf(int offset) => _ends.GetValueOrDefault(offset);

    private void AddLoad(int local, in Instruction instruction)
    {
        var end = instruction.MemoryOffset + (ulong)instruction.Info.AccessBytes;
        for (var i = 0; i < _open.Count; i++)
        {
            var run = _open[i];
            if (run.Local != local || run.Memory != instruction.MemoryIndex)
            {
                continue;
            }
            if (end > run.End)
            {
                _open[i] = run with { End = end };
                _ends[run.First] = end;
            }
            return;
        }
        if (_open.Count == MaximumOpen)
        {
            _open.RemoveAt(0);
        }
        _open.Add((local, instruction.MemoryIndex, instruction.Offset, end));
    }
}
