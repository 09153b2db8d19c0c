using System.Runtime.InteropServices;

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
