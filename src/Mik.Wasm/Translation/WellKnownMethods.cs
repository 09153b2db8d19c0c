using System.Reflection;
using System.Runtime.Intrinsics;
using Mik.Wasm.Execution;

namespace Mik.Wasm.Translation;

/// <summary>Methods of the engine and of the framework that emitted code calls.</summary>
internal static class WellKnownMethods
{
    private const BindingFlags AnyStatic = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Dictionary<string, MethodInfo> Runtime = Index(typeof(RuntimeOperations), typeof(WaitOperations));
    private static readonly Dictionary<string, MethodInfo> Objects = Index(typeof(ObjectOperations));
    private static readonly Dictionary<string, MethodInfo> Numerics = Index(
        typeof(NumericOperations), typeof(SimdLanes), typeof(SimdComparisons), typeof(SimdIntegers), typeof(SimdWidening),
        typeof(SimdFloats), typeof(SimdConversions), typeof(SimdRelaxed));

    public static readonly MethodInfo ZeroVector =
        typeof(Vector128<byte>).GetProperty(nameof(Vector128<byte>.Zero))!.GetMethod!;

    /// <summary>A method of <see cref="RuntimeOperations"/> or <see cref="WaitOperations"/>.</summary>
    public static MethodInfo RuntimeOperation(string name) => Runtime[name];

    /// <summary>A method of <see cref="ObjectOperations"/>.</summary>
    public static MethodInfo ObjectOperation(string name) => Objects[name];

    /// <summary>A method that is named after an opcode, or null.</summary>
    public static MethodInfo? NumericOperation(string name) => Numerics.GetValueOrDefault(name);

    private static Dictionary<string, MethodInfo> Index(params ReadOnlySpan<Type> types) =>
        types.ToArray().SelectMany(type => type.GetMethods(AnyStatic | BindingFlags.DeclaredOnly))
            .Where(method => !method.IsPrivate).ToDictionary(method => method.Name, StringComparer.Ordinal);
}
