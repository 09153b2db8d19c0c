namespace Mik.Wasm.Model;

/// <summary>Proposals that can be switched on and off. WebAssembly 2.0 without SIMD is always on.</summary>
[Flags]
public enum WasmFeatures
{
    /// <summary>WebAssembly 2.0 without SIMD.</summary>
    None = 0,
    /// <summary>Fixed-width SIMD.</summary>
    Simd = 1,
    /// <summary>Relaxed SIMD.</summary>
    RelaxedSimd = 2,
    /// <summary>Tail calls.</summary>
    TailCall = 4,
    /// <summary>Several memories in a module.</summary>
    MultiMemory = 8,
    /// <summary>Extended constant expressions.</summary>
    ExtendedConst = 16,
    /// <summary>64-bit memories and tables.</summary>
    Memory64 = 32,
    /// <summary>Shared memories and atomic instructions.</summary>
    Threads = 64,
    /// <summary>Typed function references.</summary>
    FunctionReferences = 128,
    /// <summary>Exceptions.</summary>
    Exceptions = 256,
    /// <summary>Structures and arrays that a collector frees; needs <see cref="FunctionReferences"/>.</summary>
    Gc = 512,
    /// <summary>Everything above: what decoder and validator know.</summary>
    All = Simd | RelaxedSimd | TailCall | MultiMemory | ExtendedConst | Memory64 | Threads | FunctionReferences | Exceptions | Gc,
    /// <summary>What this engine translates.</summary>
    Default = All,
}
