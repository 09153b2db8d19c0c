using Mik.Components.Linking;
using Mik.Components.Model;
using Mik.Wasm.Model;

namespace Mik.Wasi.Http;

/// <summary>Why a component cannot be served, in the words of who serves it.</summary>
internal static class HttpComponentFaults
{
    /// <summary>What a failure to load means; null when it is none of the component's.</summary>
    public static HttpComponentException? Of(Exception exception) => exception switch
    {
        InvalidComponentException invalid => new(KindOf(invalid.Kind), MessageOf(invalid), invalid),
        InvalidModuleException { IsOverLimit: true } large => new(HttpComponentErrorKind.TooLarge, $"it is more than is loaded: {large.Message}", large),
        InvalidModuleException module => new(HttpComponentErrorKind.Invalid, $"a core module in it is invalid: {module.Message}", module),
        ComponentLinkException unlinkable => new(HttpComponentErrorKind.UnsatisfiedImports, unlinkable.Message, unlinkable),
        _ => null,
    };

    private static HttpComponentErrorKind KindOf(InvalidComponentKind kind) => kind switch
    {
        InvalidComponentKind.NotWasm => HttpComponentErrorKind.NotWebAssembly,
        InvalidComponentKind.CoreModule => HttpComponentErrorKind.CoreModule,
        InvalidComponentKind.OverLimit => HttpComponentErrorKind.TooLarge,
        _ => HttpComponentErrorKind.Invalid,
    };

    private static string MessageOf(InvalidComponentException invalid) => invalid.Kind switch
    {
        InvalidComponentKind.NotWasm => $"this is no WebAssembly: {invalid.Reason}",
        InvalidComponentKind.CoreModule =>
            "a core module, not a component. Wrap it: wasm-tools component new FILE -o COMPONENT.wasm, or build for a component target such as wasm32-wasip2.",
        InvalidComponentKind.OverLimit => $"it is more than is loaded: {invalid.Message}",
        InvalidComponentKind.Unsupported => $"it needs what mik does not have: {invalid.Message}",
        _ => $"the component is damaged or invalid: {invalid.Message}",
    };
}
