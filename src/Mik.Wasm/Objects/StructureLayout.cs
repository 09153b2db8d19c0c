using System.Reflection;
using Mik.Wasm.Model;

namespace Mik.Wasm.Objects;

/// <summary>
/// Where the fields of a structure are: in an object of a <see cref="Shape"/>, and from the 32nd on in another one that it refers to, and so on. The
/// place of a field depends on it and those before it only, so that a structure can be used as one of its supertypes.
/// </summary>
internal sealed class StructureLayout
{
    private const int FieldsOfOne = Shape.MaximumFields - 1;

    private readonly FieldInfo[] _fields;
    private readonly FieldInfo[] _links;

    private StructureLayout(ReadOnlySpan<Type> fields)
    {
        _fields = new FieldInfo[fields.Length];
        var shapes = new List<Shape>();
        var links = new List<FieldInfo>();
        var shape = Shape.Empty;
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0 && i % FieldsOfOne == 0)
            {
                shape = shape.With(typeof(object));
                links.Add(shape.Field!);
                shapes.Add(shape);
                shape = Shape.Empty;
            }
            shape = shape.With(fields[i]);
            _fields[i] = shape.Field!;
        }
        shapes.Add(shape);
        Shapes = [.. shapes];
        _links = [.. links];
        Bytes = Shapes.Sum(one => one.Bytes);
    }

    /// <summary>The shapes of the objects, the structure's own first.</summary>
    public Shape[] Shapes { get; }

    /// <summary>Bytes of a structure, about.</summary>
    public int Bytes { get; }

    /// <summary>The layout of a structure type.</summary>
    public static StructureLayout Of(WasmTypeDefinition type) =>
        (StructureLayout)(type.Layout ??= new StructureLayout(ClassesOf(type)));

    /// <summary>The layout of the exceptions of a tag with this type: its parameters.</summary>
    public static StructureLayout OfException(WasmTypeDefinition type) => Of(type);

    /// <summary>How the fields of a structure, or of the exceptions of a tag, are kept.</summary>
    public static Type[] ClassesOf(WasmTypeDefinition type) => type.Function is { } function
        ? function.Parameters.ConvertAll(static one => Shape.ClassOf(new FieldType(one, FieldPacking.None, IsMutable: false)))
        : type.Fields.ConvertAll(Shape.ClassOf);

    /// <summary>The fields of each of the objects.</summary>
    public static IEnumerable<Type[]> ObjectsOf(Type[] fields)
    {
        for (var i = 0; i < fields.Length; i += FieldsOfOne)
        {
            yield return i + FieldsOfOne < fields.Length ? [.. fields.AsSpan(i, FieldsOfOne), typeof(object)] : fields[i..];
        }
    }

    /// <summary>Which of the objects has a field.</summary>
    public static int ObjectOf(int field) => field / FieldsOfOne;

    /// <summary>Number of fields.</summary>
    public int FieldCount => _fields.Length;

    /// <summary>A field in its object.</summary>
    public FieldInfo Field(int field) => _fields[field];

    /// <summary>The field of an object that refers to the next.</summary>
    public FieldInfo Link(int index) => _links[index];
}
