namespace Mik.Wasm.Decoding;

/// <summary>Which exceptions a clause catches and what it passes; values are the encodings (core specification 5.4.1).</summary>
internal enum CatchKind : byte
{
    /// <summary>Those with the tag: their values.</summary>
    Catch = 0,
    /// <summary>Those with the tag: their values and the exception.</summary>
    CatchReference = 1,
    /// <summary>All: nothing.</summary>
    CatchAll = 2,
    /// <summary>All: the exception.</summary>
    CatchAllReference = 3,
}

/// <summary>A clause of <c>try_table</c>.</summary>
/// <param name="Kind">What it catches and passes.</param>
/// <param name="Tag">The tag, or -1.</param>
/// <param name="Label">Where it goes, counted from outside of the <c>try_table</c>.</param>
internal readonly record struct CatchClause(CatchKind Kind, int Tag, int Label)
{
    /// <summary>Whether it passes the exception itself.</summary>
    public bool PassesReference => Kind is CatchKind.CatchReference or CatchKind.CatchAllReference;

    /// <summary>Whether it catches exceptions of one tag.</summary>
    public bool HasTag => Kind <= CatchKind.CatchReference;
}
