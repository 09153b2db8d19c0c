using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Mik.Wasm.Objects;

namespace Mik.Wasm.Execution;

/// <summary>
/// An argument or a result: 16 bytes whose meaning the function type gives. It carries no tag, so reading it as another
/// type than it was made as gives the same bits (and for references a value that must not be used).
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public readonly unsafe struct WasmValue : IEquatable<WasmValue>
{
    [FieldOffset(0)] private readonly int _int32;
    [FieldOffset(0)] private readonly long _int64;
    [FieldOffset(0)] private readonly float _single;
    [FieldOffset(0)] private readonly double _double;
    [FieldOffset(8)] private readonly long _upper;

    private WasmValue(int value) => _int32 = value;
    private WasmValue(long value) => _int64 = value;
    private WasmValue(float value) => _single = value;
    private WasmValue(double value) => _double = value;
    private WasmValue(Vector128<byte> value)
    {
        _int64 = value.AsInt64()[0];
        _upper = value.AsInt64()[1];
    }

    /// <summary>The value as <c>i32</c>.</summary>
    public int AsI32 => _int32;
    /// <summary>The value as <c>i64</c>.</summary>
    public long AsI64 => _int64;
    /// <summary>The value as <c>f32</c>.</summary>
    public float AsF32 => _single;
    /// <summary>The value as <c>f64</c>.</summary>
    public double AsF64 => _double;
    /// <summary>The value as <c>v128</c>.</summary>
    public Vector128<byte> AsV128 => Vector128.Create(_int64, _upper).AsByte();
    /// <summary>Whether a reference is null.</summary>
    public bool IsNull => _int64 == 0;

    /// <summary>A reference as emitted code sees it: a pointer to a function reference or the number of an external object.</summary>
    internal nint AsReference => (nint)_int64;

    /// <summary>Makes an <c>i32</c>.</summary>
    public static WasmValue I32(int value) => new(value);
    /// <summary>Makes an <c>i64</c>.</summary>
    public static WasmValue I64(long value) => new(value);
    /// <summary>Makes an <c>f32</c>.</summary>
    public static WasmValue F32(float value) => new(value);
    /// <summary>Makes an <c>f64</c>.</summary>
    public static WasmValue F64(double value) => new(value);
    /// <summary>Makes a <c>v128</c>.</summary>
    public static WasmValue V128(Vector128<byte> value) => new(value);
    /// <summary>Makes a <c>funcref</c>; it may only be used in the function's store.</summary>
    public static WasmValue FunctionReference(FunctionInstance? function) => new((long)(function is null ? null : function.Reference));
    /// <summary>Makes an <c>externref</c> to an object of the host; it may only be used in that store.</summary>
    public static WasmValue External(Store store, object? value)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (value is GuestObject)
        {
            throw new ArgumentException("A guest's object is no object of the host; pass the value that it came as.", nameof(value));
        }
        return new(store.AddExternal(value));
    }

    /// <summary>Makes an <c>anyref</c> to an object of the host; it may only be used in that store.</summary>
    public static WasmValue ExternalAsAny(Store store, object? value)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (value is GuestObject)
        {
            throw new ArgumentException("A guest's object is no object of the host; pass the value that it came as.", nameof(value));
        }
        return new(store.AddExternal(value is null ? null : new ExternalBox(value)));
    }

    /// <summary>The function of a <c>funcref</c> of the given store, or null.</summary>
    public FunctionInstance? AsFunction(Store store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return _int64 == 0 ? null : store.FunctionOf((FunctionReference*)_int64);
    }

    /// <summary>
    /// The object of a reference of the given store, or null: the host's own for an <c>externref</c>; for a structure, an array or an exception one that
    /// only tells it from others.
    /// </summary>
    /// <exception cref="ArgumentException">The reference is another store's.</exception>
    public object? AsExternal(Store store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return ObjectOperations.ConvertAny(store.GetExternal((nint)_int64));
    }

    /// <summary>Makes a reference from what emitted code has.</summary>
    internal static WasmValue Reference(nint value) => new((long)value);

    /// <summary>Whether all 16 bytes are the same.</summary>
    public bool Equals(WasmValue other) => _int64 == other._int64 && _upper == other._upper;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is WasmValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_int64, _upper);

    /// <summary>Whether all 16 bytes are the same.</summary>
    public static bool operator ==(WasmValue left, WasmValue right) => left.Equals(right);

    /// <summary>Whether any byte differs.</summary>
    public static bool operator !=(WasmValue left, WasmValue right) => !left.Equals(right);

    /// <summary>The bits in hexadecimal.</summary>
    public override string ToString() => _upper == 0 ? $"0x{_int64:x}" : $"0x{_upper:x16}{_int64:x16}";
}
