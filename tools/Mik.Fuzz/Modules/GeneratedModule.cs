using Mik.Wasm.Model;

namespace Mik.Fuzz.Modules;

/// <summary>A call of an exported function; arguments as bit patterns.</summary>
internal sealed record GeneratedCall(string Function, WasmValueType[] Types, ulong[] Arguments);

/// <summary>A random module and the calls to make.</summary>
internal sealed record GeneratedModule(ulong Seed, byte[] Bytes, GeneratedCall[] Calls);
