using System.Reflection;
using System.Runtime.CompilerServices;
using Mik.Wasm.Model;

namespace Mik.Wasm.Debugging;

/// <summary>Which module the emitted code on a stack is of; only modules with debug information are kept.</summary>
internal static class GuestModules
{
    private static readonly ConditionalWeakTable<Type, DebuggedModule> Known = [];

    /// <summary>Notes whose methods the classes hold.</summary>
    /// <param name="classes">The classes.</param>
    /// <param name="module">The module.</param>
    /// <param name="exceptions">Whether the code looks for exceptions.</param>
    public static void Add(IEnumerable<Type> classes, WasmModule module, bool exceptions)
    {
        if (!module.HasLines)
        {
            return;
        }
        DebuggedModule? debugged = null;
        foreach (var type in classes)
        {
            debugged ??= new DebuggedModule(module, exceptions, type.Assembly.IsCollectible);
            Known.AddOrUpdate(type, debugged);
        }
    }

    /// <summary>The module of a guest's method; null when it has no debug information.</summary>
    public static DebuggedModule? Of(MethodBase method) => method.DeclaringType is { } type && Known.TryGetValue(type, out var module) ? module : null;
}
