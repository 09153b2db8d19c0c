using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Intrinsics;
using Mik.Wasm.Model;

namespace Mik.Wasm.Objects;

/// <summary>
/// A class of the engine for objects with given fields. Shapes are made when first needed and stay for the life of the process: the runtime never
/// forgets a generic class. So their number is limited.
/// </summary>
internal sealed class Shape
{
    /// <summary>The most fields of a class; longer structures are chains of objects.</summary>
    public const int MaximumFields = 32;

    /// <summary>The most shapes of a process.</summary>
    public const int MaximumShapes = 30_000;

    // What every object of the runtime has before its fields, and its type word.
    private const int HeaderBytes = 2 * sizeof(long);
    private const int FirstField = sizeof(long);

    private static readonly Type[] Classes =
        [.. Enumerable.Range(1, MaximumFields).Select(count => typeof(Shape).Assembly.GetType($"{typeof(Shape).Namespace}.Shape{count}`{count}")!)];

    private static int _count;

    private readonly ConcurrentDictionary<Type, Shape> _longer = new();
    private readonly Type[] _fields;
    private readonly int _end;

    private Shape(Type[] fields, int end)
    {
        (_fields, _end) = (fields, end);
        Class = fields.Length == 0 ? typeof(GuestObject) : Classes[fields.Length - 1].MakeGenericType(fields);
        Field = fields.Length == 0 ? null : Class.GetField($"F{fields.Length - 1}");
        Constructor = Class.GetConstructor([])!;
        Bytes = HeaderBytes + RoundUp(end, sizeof(long));
    }

    /// <summary>Number of shapes in this process.</summary>
    public static int Count => Volatile.Read(ref _count);

    /// <summary>The shape without fields.</summary>
    public static Shape Empty { get; } = new([], FirstField);

    /// <summary>The class.</summary>
    public Type Class { get; }

    /// <summary>The last field, which this class declares; null without fields.</summary>
    public FieldInfo? Field { get; }

    /// <summary>Makes an object.</summary>
    public ConstructorInfo Constructor { get; }

    /// <summary>Bytes of an object. The runtime leaves no field of a class out to fill a gap with one of a class that extends it.</summary>
    public int Bytes { get; }

    /// <summary>The shape with one field more.</summary>
    /// <exception cref="InvalidModuleException">There are too many shapes in this process.</exception>
    public Shape With(Type field) => _longer.TryGetValue(field, out var known) ? known : Add(field);

    /// <summary>The same, when it is there.</summary>
    public Shape? Find(Type field) => _longer.GetValueOrDefault(field);

    /// <summary>There are too many shapes in this process.</summary>
    public static InvalidModuleException TooMany() =>
        new($"more different structures than the limit of {MaximumShapes} for all modules of a process", 0, isMalformed: false) { IsOverLimit = true };

    /// <summary>How a field is kept.</summary>
    public static Type ClassOf(FieldType field) => field.Packing switch
    {
        FieldPacking.I8 => typeof(sbyte),
        FieldPacking.I16 => typeof(short),
        _ => field.Value.Kind switch
        {
            WasmTypeKind.I32 => typeof(int),
            WasmTypeKind.I64 => typeof(long),
            WasmTypeKind.F32 => typeof(float),
            WasmTypeKind.F64 => typeof(double),
            WasmTypeKind.V128 => typeof(Vector128<byte>),
            _ => field.Value.IsFunctionReference ? typeof(nint) : typeof(object),
        },
    };

    /// <summary>Bytes of a field.</summary>
    public static int SizeOf(Type field) => System.Type.GetTypeCode(field) switch
    {
        TypeCode.SByte => 1,
        TypeCode.Int16 => 2,
        TypeCode.Int32 or TypeCode.Single => 4,
        _ => field == typeof(Vector128<byte>) ? 16 : 8,
    };

    private Shape Add(Type field)
    {
        if (Interlocked.Increment(ref _count) > MaximumShapes)
        {
            Interlocked.Decrement(ref _count);
            throw TooMany();
        }
        return _longer.GetOrAdd(field, field => new Shape([.. _fields, field], RoundUp(_end, SizeOf(field)) + SizeOf(field)));
    }

    private static int RoundUp(int bytes, int unit) => (bytes + unit - 1) / unit * unit;
}
