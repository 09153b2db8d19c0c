using System.Reflection;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;

namespace Mik.Conformance.Tests.IlProof;

/// <summary>An emitted method and what it may rely on.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Module">The module.</param>
/// <param name="Layout">Where things are in the context block.</param>
/// <param name="ArgumentCount">Number of arguments, the context among them.</param>
/// <param name="LocalCount">Number of locals.</param>
/// <param name="CallersBufferSize">Bytes of the last argument, the buffer for further results; 0 when there is none.</param>
internal sealed record MethodUnderProof(
    string Name, WasmModule Module, ContextLayout Layout, int ArgumentCount, int LocalCount, int CallersBufferSize)
{
    /// <summary>Whether a method is one of the guest's.</summary>
    public bool IsGuest(MethodInfo method) => method.DeclaringType!.Assembly.IsDynamic;
}

/// <summary>Types by the numbers that emitted code compares.</summary>
internal static class TypeRegistryReader
{
    /// <summary>The type, or null when there is none of that number.</summary>
    public static FunctionType? TypeOf(long id) => id == 0 ? null : TypeRegistry.TypeOf((int)id);
}
