using System.Runtime.InteropServices;
using Mik.Wasm.Objects;

namespace Mik.Wasm.Execution;

/// <summary>Shared by all instances of a store; one per store, in native memory. Emitted code reads it in prologues and at loop heads.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ExecutionState
{
    /// <summary>Lowest address that a frame may have; the interrupter writes <see cref="nuint.MaxValue"/> so that the next prologue traps.</summary>
    public nuint StackLimit;
    /// <summary>Not 0 when the guest must stop; tested at loop heads.</summary>
    public int Interrupt;
    /// <summary>Depth of host-to-guest entries; the outermost sets <see cref="StackLimit"/>.</summary>
    public int EntryDepth;
    /// <summary>Not 0 when an exception is on its way to its handler.</summary>
    public int Pending;
    private readonly int _padding;
    /// <summary>How many bytes the guest may allocate before its objects are looked at (<see cref="GuestHeap"/>).</summary>
    public long HeapBudget;
    /// <summary>A weak handle of the store.</summary>
    public nint Store;
}

/// <summary>A tag: its address is its identity, and stands in the exceptions that have it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TagRecord
{
    /// <summary>Tells it from the record of a type.</summary>
    public ObjectKind Kind;
    /// <summary>The number of its type.</summary>
    public int TypeId;
    private readonly long _reserved;
}

/// <summary>What a <c>funcref</c> points to. Table elements and function values are pointers to this record; null is 0.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FunctionReference
{
    /// <summary>Entry point: managed calling convention, first argument <see cref="Context"/>, then the parameters,
    /// then (with two or more results) a pointer to 16-byte slots for results 1, 2, …; result 0 is returned.</summary>
    public nint Code;
    /// <summary>The context block of the function's instance, or what a host function wants there.</summary>
    public nint Context;
    /// <summary>Canonical type number (the function type registry), compared by <c>call_indirect</c>.</summary>
    public int TypeId;
    private readonly int _padding;
}

/// <summary>A linear memory as emitted code sees it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MemoryRecord
{
    /// <summary>First byte; never moves while the memory lives.</summary>
    public nint Base;
    /// <summary>Size in bytes.</summary>
    public long Length;
}

/// <summary>A table as emitted code sees it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TableRecord
{
    /// <summary>Array of references (pointers to <see cref="FunctionReference"/>, or externref numbers); moves when the table grows.</summary>
    public nint Elements;
    /// <summary>Number of elements.</summary>
    public long Length;
}
