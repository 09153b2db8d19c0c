using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mik.Wasm.Objects;

namespace Mik.Wasm.Execution;

/// <summary>What emitted code calls for arrays, besides reading and writing one element. Lengths and indices are unsigned.</summary>
internal static unsafe class ArrayOperations
{
    // The array's own object, and the header of its elements.
    private const long HeaderBytes = 40 + 24;
    private const long MostBytes = int.MaxValue;

    /// <summary><c>array.new_default</c>, and the beginning of <c>array.new_fixed</c>.</summary>
    /// <exception cref="Trap">The budget does not allow it.</exception>
    public static object New<T>(nint context, nint type, int length) => Make<T>(context, type, length);

    /// <summary><c>array.new</c>.</summary>
    /// <exception cref="Trap">The budget does not allow it.</exception>
    public static object NewFilled<T>(nint context, nint type, T value, int length)
    {
        var array = Make<T>(context, type, length);
        array.Elements.AsSpan().Fill(value);
        return array;
    }

    /// <summary><c>array.new</c> of references to objects.</summary>
    /// <exception cref="Trap">The budget does not allow it.</exception>
    public static object NewFilledObjects(nint context, nint type, object? value, int length)
    {
        var array = Make<Ref>(context, type, length);
        if (value is not null)
        {
            array.Elements.AsSpan().Fill(new Ref { Value = value });
        }
        return array;
    }

    /// <summary><c>array.new_data</c>.</summary>
    /// <exception cref="Trap">The segment is shorter, or the budget does not allow it.</exception>
    public static object NewFromData<T>(nint context, nint type, int segment, int offset, int length)
        where T : unmanaged
    {
        var bytes = DataOf(context, segment, offset, (uint)length * (long)sizeof(T));
        var array = Make<T>(context, type, length);
        bytes.CopyTo(MemoryMarshal.AsBytes(array.Elements.AsSpan()));
        return array;
    }

    /// <summary><c>array.new_elem</c> of references to objects.</summary>
    /// <exception cref="Trap">The segment is shorter, or the budget does not allow it.</exception>
    public static object NewFromObjects(nint context, nint type, int segment, int offset, int length)
    {
        var elements = ModuleInstance.FromContext(context).ElementObjectsOf(segment, (uint)offset, (uint)length);
        var array = Make<Ref>(context, type, length);
        elements.CopyTo(array.Elements);
        return array;
    }

    /// <summary><c>array.new_elem</c> of functions.</summary>
    /// <exception cref="Trap">The segment is shorter, or the budget does not allow it.</exception>
    public static object NewFromFunctions(nint context, nint type, int segment, int offset, int length)
    {
        var instance = ModuleInstance.FromContext(context);
        instance.CheckElements(segment, (uint)offset, (uint)length);
        var array = Make<nint>(context, type, length);
        instance.CopyFunctions(segment, offset, array.Elements);
        return array;
    }

    /// <summary><c>array.fill</c>.</summary>
    public static void Fill<T>(object array, int index, T value, int count) => Range<T>(array, index, count).Fill(value);

    /// <summary><c>array.fill</c> of references to objects.</summary>
    public static void FillObjects(object array, int index, object? value, int count) => Range<Ref>(array, index, count).Fill(new Ref { Value = value });

    /// <summary><c>array.copy</c>; both may be the same array.</summary>
    public static void Copy<T>(object destination, int index, object source, int sourceIndex, int count)
    {
        var to = Range<T>(destination, index, count);
        Range<T>(source, sourceIndex, count).CopyTo(to);
    }

    /// <summary><c>array.init_data</c>.</summary>
    public static void InitFromData<T>(nint context, int segment, object array, int index, int offset, int count)
        where T : unmanaged
    {
        var range = Range<T>(array, index, count);
        DataOf(context, segment, offset, (uint)count * (long)sizeof(T)).CopyTo(MemoryMarshal.AsBytes(range));
    }

    /// <summary><c>array.init_elem</c> of references to objects.</summary>
    public static void InitFromObjects(nint context, int segment, object array, int index, int offset, int count)
    {
        var range = Range<Ref>(array, index, count);
        ModuleInstance.FromContext(context).ElementObjectsOf(segment, (uint)offset, (uint)count).CopyTo(range);
    }

    /// <summary><c>array.init_elem</c> of functions.</summary>
    public static void InitFromFunctions(nint context, int segment, object array, int index, int offset, int count)
    {
        var range = Range<nint>(array, index, count);
        var instance = ModuleInstance.FromContext(context);
        instance.CheckElements(segment, (uint)offset, (uint)count);
        instance.CopyFunctions(segment, offset, range);
    }

    /// <summary>Bytes of an array and its elements.</summary>
    internal static long BytesOf<T>(int length) => HeaderBytes + ((((uint)length * (long)Unsafe.SizeOf<T>()) + 7) & ~7L);

    /// <summary>Makes an array of zeros and counts it: a large one before it is made.</summary>
    internal static GuestArrayOf<T> Make<T>(nint context, nint type, int length)
    {
        var bytes = BytesOf<T>(length);
        if (bytes >= GuestHeap.LeastLarge && ModuleInstance.FromContext(context).Store.Heap is var heap && heap.IsLarge(bytes))
        {
            return MakeLarge<T>(heap, type, length, bytes);
        }
        var array = new GuestArrayOf<T> { Type = type, Length = length, Elements = new T[length] };
        ObjectOperations.Count(context, array, bytes);
        return array;
    }

    private static GuestArrayOf<T> MakeLarge<T>(GuestHeap heap, nint type, int length, long bytes)
    {
        if (bytes > MostBytes)
        {
            throw new Trap(LimitedResource.Objects, $"an array of {(uint)length} elements");
        }
        heap.Charge(bytes);
        try
        {
            var array = new GuestArrayOf<T> { Type = type, Length = length, Elements = new T[length] };
            heap.Follow(array, bytes);
            return array;
        }
        catch (OutOfMemoryException)
        {
            heap.Return(bytes);
            throw;
        }
    }

    private static Span<T> Range<T>(object array, int index, int count)
    {
        var elements = Unsafe.As<GuestArrayOf<T>>(array).Elements;
        if ((ulong)(uint)index + (uint)count > (uint)elements.Length)
        {
            RuntimeOperations.ThrowOutOfBoundsArrayAccess();
        }
        return elements.AsSpan(index, count);
    }

    private static ReadOnlySpan<byte> DataOf(nint context, int segment, int offset, long bytes)
    {
        var instance = ModuleInstance.FromContext(context);
        var length = *instance.DataLength(segment);
        if (bytes > length || (uint)offset > length - bytes)
        {
            RuntimeOperations.ThrowOutOfBoundsMemoryAccess();
        }
        return instance.DataBytes(segment).Slice(offset, (int)bytes);
    }
}
