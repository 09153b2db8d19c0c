using Mik.Components.HostBinding;

namespace Mik.Wasi.Http.V03;

/// <summary><c>wasi:http/types</c>: <c>variant header-error</c>.</summary>
[WitCase("invalid-syntax")]
[WitCase("forbidden")]
[WitCase("immutable")]
[WitCase("size-exceeded")]
[WitCase("other", typeof(string))]
internal readonly record struct HeaderError(int Case, object? Payload) : IWitVariant
{
    /// <summary>These fields cannot be changed.</summary>
    public static HeaderError Immutable => new(2, null);

    /// <summary>They would be larger than any host takes.</summary>
    public static HeaderError SizeExceeded => new(3, null);

    /// <summary>The same error as 0.2 has it.</summary>
    public static HeaderError Of(Types.HeaderError error) => new(error.Case, null);
}

/// <summary><c>wasi:http/types</c>: <c>variant request-options-error</c>.</summary>
[WitCase("not-supported")]
[WitCase("immutable")]
[WitCase("other", typeof(string))]
internal readonly record struct RequestOptionsError(int Case, object? Payload) : IWitVariant
{
    /// <summary>These options cannot be changed.</summary>
    public static RequestOptionsError Immutable => new(1, null);
}
