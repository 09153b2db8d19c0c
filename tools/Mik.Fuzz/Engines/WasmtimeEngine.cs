using System.Reflection;
using System.Runtime.InteropServices;
using Mik.Wasm.Model;
using Wasmtime;

namespace Mik.Fuzz.Engines;

/// <summary>Wasmtime with the features that the validator of this engine knows: what the two accept can then be compared.</summary>
internal static partial class WasmtimeEngine
{
    /// <summary>Each feature of this engine and its switch. Extended constant expressions are always on there.</summary>
    private static readonly (WasmFeatures Feature, Action<Config, bool> Set)[] Switches =
    [
        (WasmFeatures.Simd, (config, on) => config.WithSIMD(on)),
        (WasmFeatures.RelaxedSimd, (config, on) => config.WithRelaxedSIMD(on, deterministic: true)),
        (WasmFeatures.TailCall, (config, on) => config.WithTailCalls(on)),
        (WasmFeatures.MultiMemory, (config, on) => config.WithMultiMemory(on)),
        (WasmFeatures.Memory64, (config, on) => config.WithMemory64(on)),
        (WasmFeatures.Threads, (config, on) => config.WithWasmThreads(on)),
        (WasmFeatures.FunctionReferences, (config, on) => config.WithFunctionReferences(on)),
        (WasmFeatures.Exceptions, (config, on) => config.WithExceptions(on)),
        (WasmFeatures.Gc, (config, on) => config.WithGc(on)),
    ];

    private static readonly Lazy<(Engine? Engine, string? Reason)> Loaded = new(Load);

    /// <summary>The engine.</summary>
    /// <exception cref="InvalidOperationException">Its native library does not load here.</exception>
    public static Engine Instance => Loaded.Value.Engine ?? throw new InvalidOperationException(MissingReason);

    /// <summary>Why it cannot be used on this machine; null when it can.</summary>
    public static string? MissingReason => Loaded.Value.Reason;

    private static (Engine?, string?) Load()
    {
        try
        {
            // What a module does is the same without optimizing it, which takes longer than to run it.
            var config = new Config()
                .WithParallelCompilation(false).WithWideArithmetic(false).WithEpochInterruption(true).WithOptimizationLevel(OptimizationLevel.None);
            foreach (var (feature, set) in Switches)
            {
                set(config, WasmFeatures.All.HasFlag(feature));
            }
            AllowSharedMemory(Handle(config), true);
            AllowImplements(Handle(config), true);
            AllowAsync(Handle(config), true);
            AllowStackfulLifts(Handle(config), true);
            AllowMoreAsyncBuiltIns(Handle(config), true);
            return (new Engine(config), null);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException or TypeInitializationException)
        {
            return (null, $"the native library of Wasmtime does not load: {exception.Message}");
        }
    }

    // The binding has no method for these.
    private static SafeHandle Handle(Config config) =>
        (SafeHandle)typeof(Config).GetProperty("NativeHandle", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(config)!;

    [LibraryImport("wasmtime", EntryPoint = "wasmtime_config_shared_memory_set")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial void AllowSharedMemory(SafeHandle config, [MarshalAs(UnmanagedType.U1)] bool isOn);

    [LibraryImport("wasmtime", EntryPoint = "wasmtime_config_wasm_component_model_implements_set")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial void AllowImplements(SafeHandle config, [MarshalAs(UnmanagedType.U1)] bool isOn);

    [LibraryImport("wasmtime", EntryPoint = "wasmtime_config_wasm_component_model_async_set")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial void AllowAsync(SafeHandle config, [MarshalAs(UnmanagedType.U1)] bool isOn);

    [LibraryImport("wasmtime", EntryPoint = "wasmtime_config_wasm_component_model_async_stackful_set")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial void AllowStackfulLifts(SafeHandle config, [MarshalAs(UnmanagedType.U1)] bool isOn);

    [LibraryImport("wasmtime", EntryPoint = "wasmtime_config_wasm_component_model_more_async_builtins_set")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial void AllowMoreAsyncBuiltIns(SafeHandle config, [MarshalAs(UnmanagedType.U1)] bool isOn);
}
