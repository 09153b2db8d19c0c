using Mik.Components.HostBinding;

namespace Mik.Wasi.Http.Types;

/// <summary><c>wasi:http/types</c>: <c>variant method</c>.</summary>
[WitCase("get")]
[WitCase("head")]
[WitCase("post")]
[WitCase("put")]
[WitCase("delete")]
[WitCase("connect")]
[WitCase("options")]
[WitCase("trace")]
[WitCase("patch")]
[WitCase("other", typeof(string))]
internal readonly record struct Method(int Case, object? Payload) : IWitVariant
{
    private const int OtherCase = 9;
    private static readonly string[] Names = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

    /// <summary><c>GET</c>.</summary>
    public static Method Get => default;

    /// <summary>Whether the method is a token of RFC 9110, as every method must be.</summary>
    public bool IsValid => Case != OtherCase || HttpTokens.IsToken((string)Payload!);

    /// <summary>The method of a request line.</summary>
    public static Method Parse(string method) => Array.IndexOf(Names, method) is >= 0 and var index ? new(index, null) : new(OtherCase, method);

    /// <summary>The method as it stands in a request line.</summary>
    public override string ToString() => Case == OtherCase ? (string)Payload! : Names[Case];
}

/// <summary><c>wasi:http/types</c>: <c>variant scheme</c>.</summary>
[WitCase("HTTP")]
[WitCase("HTTPS")]
[WitCase("other", typeof(string))]
internal readonly record struct Scheme(int Case, object? Payload) : IWitVariant
{
    /// <summary>The scheme of a name.</summary>
    public static Scheme Parse(string scheme) =>
        scheme.Equals("http", StringComparison.OrdinalIgnoreCase) ? new(0, null)
        : scheme.Equals("https", StringComparison.OrdinalIgnoreCase) ? new(1, null)
        : new(2, scheme);

    /// <summary>The name in lower case.</summary>
    public override string ToString() => Case switch
    {
        0 => "http",
        1 => "https",
        _ => (string)Payload!,
    };
}
