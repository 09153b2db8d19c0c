using System.Runtime.CompilerServices;
using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>Lists between guest memory and C# arrays; called by emitted adapters.</summary>
internal static unsafe class ListOperations
{
    // What an element costs beyond its slot when it is an object or holds one.
    private const int ObjectCost = 64;

    /// <summary>The guest's bytes, valid until the call returns.</summary>
    /// <exception cref="Trap">The range is bad.</exception>
    public static ReadOnlySpan<byte> LoadBytes(ref LiftLowerContext context, ulong pointer, ulong count) =>
        new((void*)context.ElementRegion(pointer, count, 1, 1), (int)count);

    /// <summary>Copies a list of integers.</summary>
    /// <exception cref="Trap">The range is bad, or the call lifted too much.</exception>
    public static T[] LoadIntegers<T>(ref LiftLowerContext context, ulong pointer, ulong count)
        where T : unmanaged
    {
        var address = context.ElementRegion(pointer, count, (uint)sizeof(T), (uint)sizeof(T));
        context.Charge((long)count * sizeof(T));
        return new ReadOnlySpan<T>((void*)address, (int)count).ToArray();
    }

    /// <summary>Checks a list's range and makes the array for its elements.</summary>
    /// <exception cref="Trap">The range is bad, or the call lifted too much.</exception>
    public static T[] NewArray<T>(ref LiftLowerContext context, ulong pointer, ulong count, int elementSize, int alignment, out nint address)
    {
        address = context.ElementRegion(pointer, count, (uint)elementSize, (uint)alignment);
        context.Charge((long)count * (Unsafe.SizeOf<T>() + (RuntimeHelpers.IsReferenceOrContainsReferences<T>() ? ObjectCost : 0)));
        return new T[count];
    }

    /// <summary>Copies bytes into the guest.</summary>
    /// <exception cref="Trap">The guest's allocator failed.</exception>
    public static ulong StoreBytes(ref LiftLowerContext context, ReadOnlyMemory<byte> bytes, out ulong count)
    {
        count = (ulong)bytes.Length;
        var address = context.Allocate(count, 1, out var pointer);
        bytes.Span.CopyTo(new Span<byte>((void*)address, bytes.Length));
        return pointer;
    }

    /// <summary>Copies integers into the guest.</summary>
    /// <exception cref="Trap">The guest's allocator failed.</exception>
    public static ulong StoreIntegers<T>(ref LiftLowerContext context, T[] values, out ulong count)
        where T : unmanaged
    {
        count = (ulong)values.Length;
        var address = context.Allocate(count * (ulong)sizeof(T), (uint)sizeof(T), out var pointer);
        values.CopyTo(new Span<T>((void*)address, values.Length));
        return pointer;
    }

    /// <summary>Allocates room for elements in the guest.</summary>
    /// <exception cref="Trap">The guest's allocator failed.</exception>
    public static ulong Allocate(ref LiftLowerContext context, int count, int elementSize, int alignment, out nint address)
    {
        address = context.Allocate((ulong)count * (ulong)elementSize, (uint)alignment, out var pointer);
        return pointer;
    }

    /// <summary>The length of an array that must have exactly that many elements.</summary>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public static int CheckFixedLength(Array array, int length) => array.Length == length
        ? length
        : throw new ArgumentException($"a list of fixed length {length} was given {array.Length} elements", nameof(array));
}
