using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mik.Wasm.Model;
using Mik.Wasm.Objects;

namespace Mik.Wasm.Execution;

/// <summary>
/// What emitted code calls for instructions that are too long to emit in place. Every operation takes the context
/// block of the running instance. Addresses, indices and counts are unsigned 64-bit numbers in a <c>long</c>: the
/// translator extends 32-bit operands with zeros.
/// </summary>
internal static unsafe class RuntimeOperations
{
    private static readonly Lock Compiling = new();

    /// <summary>Compiles a method to machine code. One at a time: a large one takes hundreds of megabytes meanwhile.</summary>
    public static void CompileNow(RuntimeMethodHandle method)
    {
        lock (Compiling)
        {
            RuntimeHelpers.PrepareMethod(method);
        }
    }

    /// <summary><c>memory.grow</c> of a 32-bit memory: the old size in pages, or -1.</summary>
    public static int MemoryGrow(nint context, int memoryIndex, int delta) =>
        (int)ModuleInstance.FromContext(context).Memory(memoryIndex).Grow((uint)delta);

    /// <summary><c>memory.grow</c> of a 64-bit memory: the old size in pages, or -1.</summary>
    public static long MemoryGrow64(nint context, int memoryIndex, long delta) =>
        ModuleInstance.FromContext(context).Memory(memoryIndex).Grow((ulong)delta);

    /// <summary><c>memory.fill</c>.</summary>
    public static void MemoryFill(nint context, int memoryIndex, long address, int value, long count)
    {
        var memory = MemoryOf(context, memoryIndex);
        CheckMemory(memory->Length, address, count);
        NativeMemory.Fill((byte*)memory->Base + address, (nuint)count, (byte)value);
    }

    /// <summary><c>memory.copy</c>; the memories may be the same and the ranges may overlap.</summary>
    public static void MemoryCopy(
        nint context, int destinationMemory, int sourceMemory, long destination, long source, long count)
    {
        var to = MemoryOf(context, destinationMemory);
        var from = MemoryOf(context, sourceMemory);
        CheckMemory(from->Length, source, count);
        CheckMemory(to->Length, destination, count);
        Buffer.MemoryCopy((byte*)from->Base + source, (byte*)to->Base + destination, (ulong)count, (ulong)count);
    }

    /// <summary><c>memory.init</c>; a dropped segment has length 0.</summary>
    public static void MemoryInit(
        nint context, int memoryIndex, int segmentIndex, long destination, long source, long count)
    {
        var instance = ModuleInstance.FromContext(context);
        CheckMemory(*instance.DataLength(segmentIndex), source, count);
        var memory = MemoryOf(context, memoryIndex);
        CheckMemory(memory->Length, destination, count);
        instance.DataBytes(segmentIndex).Slice((int)source, (int)count)
            .CopyTo(new Span<byte>((byte*)memory->Base + destination, (int)count));
    }

    /// <summary><c>data.drop</c>.</summary>
    public static void DataDrop(nint context, int segmentIndex) =>
        *ModuleInstance.FromContext(context).DataLength(segmentIndex) = 0;

    /// <summary><c>table.get</c>.</summary>
    public static nint TableGet(nint context, int tableIndex, long index) =>
        ModuleInstance.FromContext(context).Table(tableIndex).GetReference((ulong)index);

    /// <summary><c>table.set</c>.</summary>
    public static void TableSet(nint context, int tableIndex, long index, nint value) =>
        ModuleInstance.FromContext(context).Table(tableIndex).SetReference((ulong)index, value);

    /// <summary><c>table.size</c>.</summary>
    public static long TableSize(nint context, int tableIndex) =>
        (long)ModuleInstance.FromContext(context).Table(tableIndex).Length;

    /// <summary><c>table.grow</c> of a 32-bit table: the old size, or -1.</summary>
    public static int TableGrow(nint context, int tableIndex, nint value, int delta) =>
        (int)ModuleInstance.FromContext(context).Table(tableIndex).GrowReferences((uint)delta, value);

    /// <summary><c>table.grow</c> of a 64-bit table: the old size, or -1.</summary>
    public static long TableGrow64(nint context, int tableIndex, nint value, long delta) =>
        ModuleInstance.FromContext(context).Table(tableIndex).GrowReferences((ulong)delta, value);

    /// <summary><c>table.fill</c>.</summary>
    public static void TableFill(nint context, int tableIndex, long index, nint value, long count) =>
        ModuleInstance.FromContext(context).Table(tableIndex).References((ulong)index, (ulong)count).Fill(value);

    /// <summary><c>table.copy</c>; the tables may be the same and the ranges may overlap.</summary>
    public static void TableCopy(
        nint context, int destinationTable, int sourceTable, long destination, long source, long count)
    {
        var instance = ModuleInstance.FromContext(context);
        if (instance.Table(sourceTable).HoldsObjects)
        {
            var objects = instance.Table(sourceTable).Objects((ulong)source, (ulong)count);
            objects.CopyTo(instance.Table(destinationTable).Objects((ulong)destination, (ulong)count));
            return;
        }
        var from = instance.Table(sourceTable).References((ulong)source, (ulong)count);
        from.CopyTo(instance.Table(destinationTable).References((ulong)destination, (ulong)count));
    }

    /// <summary><c>table.init</c>; a dropped segment has length 0.</summary>
    public static void TableInit(
        nint context, int tableIndex, int segmentIndex, long destination, long source, long count) =>
        ModuleInstance.FromContext(context).InitializeTable(
            tableIndex, segmentIndex, (ulong)destination, (ulong)source, (ulong)count);

    /// <summary><c>elem.drop</c>.</summary>
    public static void ElementDrop(nint context, int segmentIndex) =>
        ModuleInstance.FromContext(context).DropElements(segmentIndex);

    /// <summary>Whether a function's type extends the one that a call asks for; they are not the same.</summary>
    public static bool IsSubtype(int actual, int expected) => TypeRegistry.IsSubtype(actual, expected);

    /// <summary><c>throw</c>: the exception is on its way.</summary>
    public static void Throw(nint context, object exception, int functionIndex)
    {
        var instance = ModuleInstance.FromContext(context);
        instance.Store.SetPending(exception, instance.NameOf(functionIndex));
    }

    /// <summary><c>throw_ref</c>: the exception goes on.</summary>
    public static void ThrowAgain(nint context, object exception, int functionIndex)
    {
        var instance = ModuleInstance.FromContext(context);
        instance.Store.SetPendingAgain(exception, instance.NameOf(functionIndex));
    }

    /// <summary>The exception that is on its way.</summary>
    public static object PendingException(nint context) => ModuleInstance.FromContext(context).Store.Pending;

    /// <summary>A handler was found for the exception that is on its way.</summary>
    public static void Catch(nint context) => ModuleInstance.FromContext(context).Store.TakePending();

    /// <summary>The allowance for allocations is used up.</summary>
    /// <exception cref="Trap">The budget does not allow more.</exception>
    public static void SampleAllocation(nint context, object last) => ModuleInstance.FromContext(context).Store.Heap.Cross(last);

    /// <summary><c>table.get</c> of a table of objects.</summary>
    public static object? TableGetObject(nint context, int tableIndex, long index) =>
        ModuleInstance.FromContext(context).Table(tableIndex).Objects((ulong)index, 1)[0].Value;

    /// <summary><c>table.set</c> of a table of objects.</summary>
    public static void TableSetObject(nint context, int tableIndex, long index, object? value) =>
        ModuleInstance.FromContext(context).Table(tableIndex).Objects((ulong)index, 1)[0].Value = value;

    /// <summary><c>table.grow</c> of a 32-bit table of objects: the old size, or -1.</summary>
    public static int TableGrowObjects(nint context, int tableIndex, object? value, int delta) =>
        (int)ModuleInstance.FromContext(context).Table(tableIndex).GrowObjects((uint)delta, value);

    /// <summary><c>table.grow</c> of a 64-bit table of objects: the old size, or -1.</summary>
    public static long TableGrowObjects64(nint context, int tableIndex, object? value, long delta) =>
        ModuleInstance.FromContext(context).Table(tableIndex).GrowObjects((ulong)delta, value);

    /// <summary><c>table.fill</c> of a table of objects.</summary>
    public static void TableFillObjects(nint context, int tableIndex, long index, object? value, long count) =>
        ModuleInstance.FromContext(context).Table(tableIndex).Objects((ulong)index, (ulong)count).Fill(new Ref { Value = value });

    /// <summary>A prologue found the stack limit crossed: by depth, or because the interrupter moved it.</summary>
    /// <exception cref="Trap">Always.</exception>
    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void StackCheckFailed(nint context)
    {
        var state = *(ExecutionState**)(context + ContextLayout.ExecutionStateOffset);
        if (Volatile.Read(ref state->Interrupt) != 0)
        {
            Interrupted(context);
        }
        throw new Trap(TrapKind.CallStackExhausted);
    }

    /// <summary>A loop head found the interrupt flag set.</summary>
    /// <exception cref="Trap">Always.</exception>
    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void Interrupted(nint context) =>
        throw ModuleInstance.FromContext(context).Store.InterruptTrap();

    /// <summary>Ends a guest whose module has debug information.</summary>
    /// <param name="context">The context block.</param>
    /// <param name="kind">The <see cref="TrapKind"/>.</param>
    /// <param name="position">Offset of the instruction in the module.</param>
    /// <exception cref="Trap">Always.</exception>
    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void TrapAt(nint context, int kind, int position)
    {
        var state = *(ExecutionState**)(context + ContextLayout.ExecutionStateOffset);
        if ((TrapKind)kind is TrapKind.Interrupted || ((TrapKind)kind is TrapKind.CallStackExhausted && Volatile.Read(ref state->Interrupt) != 0))
        {
            throw ModuleInstance.FromContext(context).Store.InterruptTrap(position);
        }
        throw new Trap((TrapKind)kind) { Position = position };
    }

    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowUnreachable() => throw new Trap(TrapKind.Unreachable);

    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowIntegerDivideByZero() => throw new Trap(TrapKind.IntegerDivideByZero);

    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowIntegerOverflow() => throw new Trap(TrapKind.IntegerOverflow);

    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowInvalidConversionToInteger() => throw new Trap(TrapKind.InvalidConversionToInteger);

    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowOutOfBoundsMemoryAccess() => throw new Trap(TrapKind.OutOfBoundsMemoryAccess);

    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowOutOfBoundsTableAccess() => throw new Trap(TrapKind.OutOfBoundsTableAccess);

    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowUndefinedElement() => throw new Trap(TrapKind.UndefinedElement);

    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowUninitializedElement() => throw new Trap(TrapKind.UninitializedElement);

    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowIndirectCallTypeMismatch() => throw new Trap(TrapKind.IndirectCallTypeMismatch);

    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowNullReference() => throw new Trap(TrapKind.NullReference);

    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowNullFunctionReference() => throw new Trap(TrapKind.NullFunctionReference);

    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowNullStructureReference() => throw new Trap(TrapKind.NullStructureReference);

    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowNullArrayReference() => throw new Trap(TrapKind.NullArrayReference);

    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowNullI31Reference() => throw new Trap(TrapKind.NullI31Reference);

    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowNullExceptionReference() => throw new Trap(TrapKind.NullExceptionReference);

    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowCastFailure() => throw new Trap(TrapKind.CastFailure);

    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowOutOfBoundsArrayAccess() => throw new Trap(TrapKind.OutOfBoundsArrayAccess);

    [DoesNotReturn, StackTraceHidden, MethodImpl(MethodImplOptions.NoInlining)]
    public static void ThrowUnalignedAtomic() => throw new Trap(TrapKind.UnalignedAtomic);

    private static MemoryRecord* MemoryOf(nint context, int memoryIndex) =>
        *(MemoryRecord**)(context + ContextLayout.MemoryOffset(memoryIndex));

    private static void CheckMemory(long length, long address, long count)
    {
        if ((ulong)count > (ulong)length || (ulong)address > (ulong)length - (ulong)count)
        {
            ThrowOutOfBoundsMemoryAccess();
        }
    }
}
