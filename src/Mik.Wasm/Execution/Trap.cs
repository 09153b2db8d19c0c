namespace Mik.Wasm.Execution;

/// <summary>Why a guest was ended (core specification 4, "traps"; the last group is ours).</summary>
public enum TrapKind
{
    /// <summary><c>unreachable</c> was executed.</summary>
    Unreachable,
    /// <summary>Integer division or remainder by zero.</summary>
    IntegerDivideByZero,
    /// <summary>A division or conversion overflowed.</summary>
    IntegerOverflow,
    /// <summary>NaN was converted to an integer.</summary>
    InvalidConversionToInteger,
    /// <summary>A memory access or bulk operation was out of bounds.</summary>
    OutOfBoundsMemoryAccess,
    /// <summary>A table access or bulk operation was out of bounds.</summary>
    OutOfBoundsTableAccess,
    /// <summary><c>call_indirect</c> with an index beyond the table.</summary>
    UndefinedElement,
    /// <summary><c>call_indirect</c> on a null element.</summary>
    UninitializedElement,
    /// <summary><c>call_indirect</c> on a function of another type.</summary>
    IndirectCallTypeMismatch,
    /// <summary>The call stack is exhausted.</summary>
    CallStackExhausted,
    /// <summary>A null reference was used.</summary>
    NullReference,
    /// <summary>A null reference to a function was called.</summary>
    NullFunctionReference,
    /// <summary>A field of a null reference was used.</summary>
    NullStructureReference,
    /// <summary>An element of a null reference was used.</summary>
    NullArrayReference,
    /// <summary>The number in a null reference was used.</summary>
    NullI31Reference,
    /// <summary>A null reference was thrown.</summary>
    NullExceptionReference,
    /// <summary>A reference is not of the type that it was cast to.</summary>
    CastFailure,
    /// <summary>An access or bulk operation was beyond the end of an array.</summary>
    OutOfBoundsArrayAccess,
    /// <summary>An exception left the outermost function.</summary>
    UncaughtException,
    /// <summary>An atomic access was not aligned.</summary>
    UnalignedAtomic,
    /// <summary>An atomic wait in a memory that no other thread can see.</summary>
    ExpectedSharedMemory,
    /// <summary>The deadline passed, or whoever waits for the guest has gone.</summary>
    Interrupted,
    /// <summary>A memory, table or instance limit was hit where the specification offers no failure value.</summary>
    LimitExceeded,
    /// <summary>A rule of the canonical ABI was broken, or the host refused a value.</summary>
    CanonicalAbi,
    /// <summary>The guest asked to exit.</summary>
    Exit,
}

/// <summary>A guest was ended. The instance that trapped must not be entered again.</summary>
public sealed class Trap : Exception
{
    private IReadOnlyList<string>? _guestStack;

    /// <summary>Makes a trap with the specification's message for its kind, or a more exact one.</summary>
    public Trap(TrapKind kind, string? detail = null, Exception? inner = null)
        : base(detail ?? MessageOf(kind), inner)
    {
        Kind = kind;
        Limit = kind == TrapKind.CallStackExhausted ? LimitedResource.Stack : null;
    }

    /// <summary>Makes a trap of kind <see cref="TrapKind.LimitExceeded"/> that says of what there was too much.</summary>
    public Trap(LimitedResource resource, string detail)
        : this(TrapKind.LimitExceeded, "resource limit exceeded: " + detail)
    {
        Limit = resource;
    }

    /// <summary>Makes a trap for a charge that a budget refused.</summary>
    public Trap(ResourceRefusal refusal)
        : this(refusal.Resource, refusal.ToString())
    {
    }

    /// <summary>Why the guest was ended.</summary>
    public TrapKind Kind { get; }

    /// <summary>What there was too much of, when a limit ended the guest.</summary>
    public LimitedResource? Limit { get; }

    /// <summary>Offset in the module of the instruction that trapped, where the innermost function's code says it.</summary>
    internal int? Position { get; init; }

    /// <summary>Names of the guest's functions on the stack, innermost first; complete once the trap was caught.</summary>
    public IReadOnlyList<string> GuestStack => _guestStack ??= Execution.GuestStack.Of(this);

    private static string MessageOf(TrapKind kind) => kind switch
    {
        TrapKind.Unreachable => "unreachable",
        TrapKind.IntegerDivideByZero => "integer divide by zero",
        TrapKind.IntegerOverflow => "integer overflow",
        TrapKind.InvalidConversionToInteger => "invalid conversion to integer",
        TrapKind.OutOfBoundsMemoryAccess => "out of bounds memory access",
        TrapKind.OutOfBoundsTableAccess => "out of bounds table access",
        TrapKind.UndefinedElement => "undefined element",
        TrapKind.UninitializedElement => "uninitialized element",
        TrapKind.IndirectCallTypeMismatch => "indirect call type mismatch",
        TrapKind.CallStackExhausted => "call stack exhausted",
        TrapKind.NullReference => "null reference",
        TrapKind.NullFunctionReference => "null function reference",
        TrapKind.NullStructureReference => "null structure reference",
        TrapKind.NullArrayReference => "null array reference",
        TrapKind.NullI31Reference => "null i31 reference",
        TrapKind.NullExceptionReference => "null exception reference",
        TrapKind.CastFailure => "cast failure",
        TrapKind.OutOfBoundsArrayAccess => "out of bounds array access",
        TrapKind.UncaughtException => "uncaught exception",
        TrapKind.UnalignedAtomic => "unaligned atomic",
        TrapKind.ExpectedSharedMemory => "expected shared memory",
        TrapKind.Interrupted => "interrupted",
        TrapKind.LimitExceeded => "resource limit exceeded",
        TrapKind.CanonicalAbi => "canonical ABI rule broken",
        _ => "exit",
    };
}
