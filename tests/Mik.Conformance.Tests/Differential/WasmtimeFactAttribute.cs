using System.Runtime.CompilerServices;
using Mik.Fuzz.Engines;

namespace Mik.Conformance.Tests.Differential;

/// <summary>A fact that compares with Wasmtime, skipped where its native library does not load.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WasmtimeFactAttribute : FactAttribute
{
    public WasmtimeFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = WasmtimeEngine.MissingReason;
}
