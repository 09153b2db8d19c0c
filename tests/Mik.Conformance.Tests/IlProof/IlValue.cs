namespace Mik.Conformance.Tests.IlProof;

/// <summary>What is known of a value on the IL stack or in a local. Equal descriptions mean equal values.</summary>
internal abstract record IlValue;

/// <summary>A value of which nothing is known but where it came into being.</summary>
internal sealed record Unknown(string Origin, int Place) : IlValue;

/// <summary>A constant, as 64 bits.</summary>
internal sealed record Constant(long Number) : IlValue;

/// <summary>A value made 64 bits wide with zeros, and so not negative.</summary>
internal sealed record ZeroExtended(IlValue Value) : IlValue;

/// <summary>Eight times a value.</summary>
internal sealed record TimesEight(IlValue Value) : IlValue;

/// <summary>A sum; a term may be missing.</summary>
internal sealed record Sum(IlValue First, IlValue? Second, long Number) : IlValue;

/// <summary>What the engine put somewhere: it stays the same while an instance lives. A memory's length only grows.</summary>
internal sealed record Known(KnownKind Kind, int Index = 0) : IlValue;

/// <summary>Length or first element of a table, as it was between two calls.</summary>
internal sealed record TableValue(bool IsLength, int Table, Epoch Epoch) : IlValue;

/// <summary>A field of a function reference.</summary>
internal sealed record ReferenceField(IlValue Reference, long Offset) : IlValue;

/// <summary>Whether the type of a function reference extends another one.</summary>
internal sealed record IsSubtypeOf(IlValue Reference, long Number) : IlValue;

/// <summary>The type word of an object.</summary>
internal sealed record TypeWord(IlValue Object) : IlValue;

/// <summary>The number of elements of a CLR array.</summary>
internal sealed record ArrayLength(IlValue Array) : IlValue;

/// <summary>A place in a CLR array.</summary>
internal sealed record ElementOf(IlValue Array, IlValue Index) : IlValue;

/// <summary>A stretch of code without calls.</summary>
internal sealed record Epoch(int Place);

/// <summary>The kinds of <see cref="Known"/>.</summary>
internal enum KnownKind
{
    /// <summary>The context block, the first argument.</summary>
    Context,
    /// <summary>The execution state of the store.</summary>
    State,
    /// <summary>The record of a memory.</summary>
    MemoryRecord,
    /// <summary>The first byte of a memory.</summary>
    MemoryBase,
    /// <summary>A length that a memory had: it has it still, or more.</summary>
    MemoryLength,
    /// <summary>The record of a table.</summary>
    TableRecord,
    /// <summary>The function reference of an import.</summary>
    ImportedFunction,
    /// <summary>The function reference of a function of the module.</summary>
    DefinedFunction,
    /// <summary>The cell of an imported global.</summary>
    GlobalCell,
    /// <summary>A buffer on the stack; the index is its size.</summary>
    ResultBuffer,
    /// <summary>The caller's buffer for results; the index is its size.</summary>
    CallersBuffer,
    /// <summary>The address of a local.</summary>
    LocalAddress,
    /// <summary>Where the caller wants a result that is an object.</summary>
    ResultPlace,
    /// <summary>The handle of the module instance.</summary>
    InstanceHandle,
    /// <summary>The module instance.</summary>
    Instance,
    /// <summary>The globals of the instance that are objects.</summary>
    ObjectGlobals,
    /// <summary>One of them.</summary>
    ObjectCell,
    /// <summary>The list of the module's type records.</summary>
    TypeList,
    /// <summary>The record of a type of the module.</summary>
    TypeRecord,
    /// <summary>The record of a tag of the module.</summary>
    TagRecord,
    /// <summary>An object that was made here.</summary>
    NewObject,
}
