using System.Runtime.CompilerServices;
using Mik.Wasm.Objects;

namespace Mik.Wasm.Execution;

/// <summary>What emitted code calls for 31-bit integers, conversions and comparisons of references.</summary>
internal static unsafe class ObjectOperations
{
    /// <summary>Bytes of an <see cref="I31"/>, and of an <see cref="ExternalBox"/>.</summary>
    internal const int SmallObject = 32;

    /// <summary><c>ref.i31</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static object MakeI31(nint context, int number) => I31.Find(number) ?? MakeUncommonI31(context, number);

    /// <summary><c>ref.eq</c>.</summary>
    public static bool AreEqual(object? left, object? right) =>
        ReferenceEquals(left, right) || (left is I31 one && right is I31 other && one.Value == other.Value);

    /// <summary><c>any.convert_extern</c>.</summary>
    public static object? ConvertExternal(nint context, object? value)
    {
        // An exception that a host passed on as an external object has no type word like the others.
        if (value is null || (value is GuestObject guest && *(ObjectKind*)guest.Type != ObjectKind.Exception))
        {
            return value;
        }
        var box = new ExternalBox(value);
        Count(context, box, SmallObject);
        return box;
    }

    /// <summary><c>extern.convert_any</c>.</summary>
    public static object? ConvertAny(object? value) => value is ExternalBox box ? box.Value : value;

    /// <summary>Counts an object that was made.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Count(nint context, object made, long bytes)
    {
        var state = *(ExecutionState**)(context + ContextLayout.ExecutionStateOffset);
        state->HeapBudget -= bytes;
        if (state->HeapBudget < 0)
        {
            RuntimeOperations.SampleAllocation(context, made);
        }
    }

    /// <summary>Counts a structure that may be large.</summary>
    public static void CountStructure(nint context, object made, int bytes)
    {
        if (bytes >= GuestHeap.LeastLarge && ModuleInstance.FromContext(context).Store.Heap is var heap && heap.IsLarge(bytes))
        {
            heap.Charge(bytes);
            heap.Follow(made, bytes);
            return;
        }
        Count(context, made, bytes);
    }

    /// <summary>Whether a type, of which there is a record, extends one that is deep.</summary>
    public static bool ExtendsDeep(nint record, int depth, int number) =>
        ((TypeRecord*)record)->Depth >= depth && *(int*)(record + TypeRecord.OffsetOf(depth)) == number;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static I31 MakeUncommonI31(nint context, int number)
    {
        var made = new I31(number);
        Count(context, made, SmallObject);
        return made;
    }
}
