using Mik.Components.Model;

namespace Mik.Components.HostBinding;

/// <summary>The C# types by which the host calls an async function of a guest.</summary>
/// <param name="parameters">Those of the parameters.</param>
/// <param name="result">That of the result; <c>void</c> without one.</param>
internal sealed class TaskShapes(Type[] parameters, Type result)
{
    private static readonly ShapeMatcher AnyResource = new();

    /// <summary>Stands for the shapes of calls between guests.</summary>
    public static TaskShapes Dynamic { get; } = new([], typeof(object));

    /// <summary>Key of a start adapter for calls between guests.</summary>
    public static object StartOfGuests { get; } = new();

    /// <summary>Key of a result lifter for calls between guests.</summary>
    public static object ResultOfGuests { get; } = new();

    /// <summary>Key of a result lifter for these shapes.</summary>
    public object ResultKey { get; } = new();

    /// <summary>How these types give and take the values of a function type.</summary>
    /// <exception cref="ShapeMismatchException">They do not fit.</exception>
    public (ValueShape[] Parameters, ValueShape? Result) Match(ComponentFunctionType type, ShapeMatcher? matcher = null)
    {
        if (this == Dynamic)
        {
            return (DynamicShapes.OfParameters(type), DynamicShapes.OfResult(type));
        }
        matcher ??= AnyResource;
        if (parameters.Length != type.Parameters.Count || type.Result is null != (result == typeof(void)))
        {
            throw new ShapeMismatchException($"the host calls it with other parameters than {WitText.Of(type)} has");
        }
        return (
            [.. parameters.Select((parameter, i) => matcher.Match(type.Parameters[i].Type, parameter, Direction.ToGuest))],
            type.Result is null ? null : matcher.Match(type.Result, result, Direction.FromGuest));
    }
}
