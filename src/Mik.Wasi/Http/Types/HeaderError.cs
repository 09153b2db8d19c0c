using Mik.Components.HostBinding;

namespace Mik.Wasi.Http.Types;

/// <summary><c>wasi:http/types</c>: <c>variant header-error</c>.</summary>
[WitCase("invalid-syntax")]
[WitCase("forbidden")]
[WitCase("immutable")]
internal readonly record struct HeaderError(int Case, object? Payload) : IWitVariant
{
    /// <summary>A name or value is not valid in HTTP.</summary>
    public static HeaderError InvalidSyntax => new(0, null);

    /// <summary>The field is for the host to set.</summary>
    public static HeaderError Forbidden => new(1, null);

    /// <summary>These fields cannot be changed.</summary>
    public static HeaderError Immutable => new(2, null);
}
