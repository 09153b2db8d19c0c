using Mik.Wasm.CodeCaching;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Scripting.Engine;

/// <summary>QuickJS, compiled by our own engine once per process and shared by all heaps.</summary>
internal static class ScriptEngine
{
    /// <summary>
    /// Native stack that QuickJS may use. It stops a script's recursion itself, at <see cref="ScriptStackBytes"/> of its own stack; this is
    /// so much more that it always comes first: what nests deepest, the parser, takes less than 4 MiB.
    /// </summary>
    public const int NativeStackBytes = 5 << 20;

    /// <summary>Stack inside linear memory after which a script gets a RangeError.</summary>
    public const int ScriptStackBytes = 256 << 10;

    private static readonly Lazy<CompiledModule> Compiled = new(() => CompiledModule.Compile(Load(), _cache));

    private static CodeCache? _cache;

    /// <summary>The compiled module; compiled at the first call, which blocks.</summary>
    public static CompiledModule Module => Compiled.Value;

    /// <summary>Where its code may be already, and is kept; said before the first heap is made.</summary>
    public static void UseCache(CodeCache? cache) => _cache = cache;

    /// <summary>The module, not compiled yet.</summary>
    public static WasmModule Load() => WasmModule.Load(EmbeddedSources.Bytes("quickjs.wasm"));

    /// <summary>Limits of one heap.</summary>
    public static ExecutionLimits Limits(long memoryBytes) => new() { MemoryBytes = memoryBytes, StackBytes = NativeStackBytes, Instances = 1 };
}
