using Mik.Components.HostBinding;

namespace Mik.Wasi.Sockets.V03;

/// <summary><c>wasi:sockets/ip-name-lookup</c>: <c>variant error-code</c>.</summary>
[WitCase("access-denied")]
[WitCase("invalid-argument")]
[WitCase("name-unresolvable")]
[WitCase("temporary-resolver-failure")]
[WitCase("permanent-resolver-failure")]
[WitCase("other", typeof(string))]
internal readonly record struct LookupErrorCode(int Case, object? Payload) : IWitVariant
{
    /// <summary><c>access-denied</c>.</summary>
    public static LookupErrorCode AccessDenied => default;
}

/// <summary><c>wasi:sockets/ip-name-lookup</c>: denied.</summary>
[WitInterface("wasi:sockets/ip-name-lookup")]
internal static class IpNameLookup
{
    /// <summary><c>resolve-addresses: async func(name: string) -> result&lt;list&lt;ip-address&gt;, error-code&gt;</c></summary>
    public static Result<IpAddress[], LookupErrorCode> ResolveAddresses(string name) => LookupErrorCode.AccessDenied;
}
