using System.Reflection;
using Mik.Wasm.Debugging.Dwarf;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;

namespace Mik.Wasm.Debugging;

/// <summary>A module with debug information, from which frames are made. Nothing of the information is read before the first is asked for.</summary>
internal sealed class DebuggedModule
{
    private const int MostKept = 4096;

    // Code that never unloads must not hold a module that was replaced.
    private readonly WeakReference<WasmModule> _module;
    private readonly bool _exceptions;
    private readonly Lock _gate = new();
    private readonly Dictionary<(int Function, int Position), GuestFrame[]> _frames = [];
    private readonly Dictionary<int, InstructionMap> _maps = [];
    private SourceLocations? _locations;

    /// <summary>Keeps the module in mind.</summary>
    public DebuggedModule(WasmModule module, bool exceptions)
    {
        _module = new WeakReference<WasmModule>(module);
        _exceptions = exceptions;
    }

    /// <summary>The calls that a method on the stack stands for, innermost first; null when only its name is known.</summary>
    /// <param name="method">The method.</param>
    /// <param name="ilOffset">Where in its CIL it stood.</param>
    /// <param name="position">The offset of the instruction in the module, when it is known.</param>
    public GuestFrame[]? FramesOf(MethodBase method, int ilOffset, int? position)
    {
        lock (_gate)
        {
            if (!_module.TryGetTarget(out var module) || FunctionMethods.FunctionOf(module, method) is not { } function)
            {
                return null;
            }
            position ??= PositionOf(module, function, ilOffset);
            if (position is not { } offset)
            {
                return null;
            }
            if (!_frames.TryGetValue((function, offset), out var frames))
            {
                _locations ??= new SourceLocations(module);
                frames = _locations.Find(module, offset, GuestStack.NameOf(method));
                if (_frames.Count == MostKept)
                {
                    _frames.Clear();
                }
                _frames.Add((function, offset), frames);
            }
            return frames;
        }
    }

    private int? PositionOf(WasmModule module, int function, int ilOffset)
    {
        if (!_maps.TryGetValue(function, out var map))
        {
            if (_maps.Values.Sum(other => other.Count) > InstructionMap.MostKept)
            {
                _maps.Clear();
            }
            _maps[function] = map = InstructionMap.Make(module, function, _exceptions);
        }
        return map.Find(ilOffset);
    }
}
