namespace Mik.Components.Model;

/// <summary>How large a type is when every shared part is written out.</summary>
/// <param name="Nodes">Number of parts, saturating.</param>
/// <param name="Depth">Nesting.</param>
internal readonly record struct TypeMeasure(int Nodes, int Depth)
{
    public static TypeMeasure One => new(1, 1);

    public static TypeMeasure OfFunction(TypeList<RecordField> parameters, ComponentValueType? result)
    {
        var measure = One;
        foreach (var parameter in parameters.AsSpan())
        {
            measure = measure.WithPart(parameter.Type.Measure);
        }
        return result is null ? measure : measure.WithPart(result.Measure);
    }

    public static TypeMeasure Of(ExternList items)
    {
        var measure = One;
        foreach (var item in items)
        {
            measure = measure.WithPart(item.Type.Type.Measure);
        }
        return measure;
    }

    public TypeMeasure With(TypeMeasure other) => new(Add(Nodes, other.Nodes), Math.Max(Depth, other.Depth));

    private TypeMeasure WithPart(TypeMeasure part) => new(Add(Nodes, part.Nodes), Math.Max(Depth, part.Depth + 1));

    private static int Add(int left, int right) => (int)Math.Min(int.MaxValue, (long)left + right);
}
