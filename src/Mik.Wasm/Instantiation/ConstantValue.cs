using Mik.Wasm.Execution;

namespace Mik.Wasm.Instantiation;

/// <summary>What a constant expression gives: a number or a function, or an object that the collector must see.</summary>
/// <param name="Value">A number or a function.</param>
/// <param name="Object">An object, or null.</param>
internal readonly record struct ConstantValue(WasmValue Value, object? Object = null);
