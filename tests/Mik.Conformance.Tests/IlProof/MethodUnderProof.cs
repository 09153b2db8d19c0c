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
/// <param name="CallersBufferSize">Bytes of the buffer for further results, the last argument but those places; 0 when there is none.</param>
/// <param name="ResultPlaces">How many arguments at the end are places for results that are objects.</param>
/// <param name="ReferenceCalls">How many calls it makes through references whose type validation has proved.</param>
/// <param name="Functions">The defined functions by the names of their methods.</param>
internal sealed record MethodUnderProof(
    string Name, WasmModule Module, ContextLayout Layout, int ArgumentCount, int LocalCount, int CallersBufferSize, int ResultPlaces,
    IReadOnlyDictionary<string, int> Functions, int ReferenceCalls)
{
    /// <summary>Which function a method of the guest is.</summary>
    public int IndexOf(MethodInfo method) => Functions[method.Name];

    /// <summary>Whether a method is one of the guest's.</summary>
    public bool IsGuest(MethodInfo method) => method.DeclaringType!.Assembly.IsDynamic;
}

/// <summary>Types by the numbers that emitted code compares.</summary>
internal static class TypeRegistryReader
{
    /// <summary>The type, or null when there is none of that number.</summary>
    public static FunctionType? TypeOf(long id) => id == 0 ? null : TypeRegistry.TypeOf((int)id);
}
