using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Mik.Wasm.Debugging.Dwarf;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;

namespace Mik.Wasm.Debugging;

/// <summary>A module with debug information, from which frames are made. Nothing of the information is read before the first is asked for.</summary>
internal sealed class DebuggedModule
{
    private const int MostKept = 4096;

    // Code that is loaded for good must not hold a module that was replaced; other code goes with it, and holds it for traps that outlive their instance.
    private readonly WeakReference<WasmModule> _module;
    private readonly WasmModule? _held;
    private readonly bool _exceptions;
    private readonly Lock _gate = new();
    private readonly Dictionary<(int Function, int Position), GuestFrame[]> _frames = [];
    private readonly Dictionary<int, InstructionMap> _maps = [];
    private SourceLocations? _locations;

    /// <summary>Keeps the module in mind.</summary>
    /// <param name="module">The module.</param>
    /// <param name="exceptions">Whether its code looks for exceptions.</param>
    /// <param name="isCollectible">Whether its code can be unloaded.</param>
    public DebuggedModule(WasmModule module, bool exceptions, bool isCollectible)
    {
        _module = new WeakReference<WasmModule>(module);
        _held = isCollectible ? module : null;
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
            if (!TryGetModule(out var module) || FunctionMethods.FunctionOf(module, method) is not { } function)
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

    private bool TryGetModule([NotNullWhen(true)] out WasmModule? module)
    {
        module = _held;
        return module is not null || _module.TryGetTarget(out module);
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
