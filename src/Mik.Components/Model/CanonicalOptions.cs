using Mik.Wasm.Model;

namespace Mik.Components.Model;

/// <summary>How strings are stored in a guest's memory.</summary>
public enum StringEncoding
{
    /// <summary>UTF-8; lengths are bytes.</summary>
    Utf8,
    /// <summary>UTF-16; lengths are 16-bit code units.</summary>
    Utf16,
    /// <summary>Latin-1 or UTF-16, told apart by the top bit of the length.</summary>
    Latin1OrUtf16,
}

/// <summary>The options of a <c>canon lift</c> or <c>canon lower</c> (CanonicalABI.md, "canonopt"); indices are in the core index spaces.</summary>
/// <param name="StringEncoding">How strings are stored.</param>
/// <param name="Memory">The memory that values are in, or null.</param>
/// <param name="Realloc">The function that allocates in it, or null.</param>
/// <param name="PostReturn">The function called with the core results after a lift has read them, or null.</param>
internal sealed record CanonicalOptions(StringEncoding StringEncoding, int? Memory, int? Realloc, int? PostReturn)
{
    /// <summary>The type of addresses: <c>i32</c>, or <c>i64</c> when the memory is a 64-bit one.</summary>
    public WasmValueType PointerType { get; init; } = WasmValueType.I32;

    /// <summary>Whether the core function may go on after the call has begun: it is told of events, or tells of them.</summary>
    public bool IsAsync { get; init; }

    /// <summary>In an async lift, the function that is called with each event; null where the core function waits itself.</summary>
    public int? Callback { get; init; }
}
