using System.Reflection;
using Mik.Components.Model;

namespace Mik.Components.HostBinding;

/// <summary>A C# method that stands for an imported function.</summary>
/// <param name="Method">The method: static, or an instance method of a resource class.</param>
internal sealed record HostMethod(MethodInfo Method)
{
    /// <summary>
    /// How the method takes and gives the values of a function type. Its parameters are the function's in order (the first
    /// of an instance method is <c>this</c>), after one more that takes the instance's host context, if there is one more.
    /// </summary>
    /// <exception cref="ShapeMismatchException">The signature does not fit.</exception>
    public HostSignature Match(ComponentFunctionType type, ShapeMatcher matcher)
    {
        var wit = type.Parameters;
        List<Type> clr = [.. Method.GetParameters().Select(parameter => parameter.ParameterType)];
        var own = Method.IsStatic ? 0 : 1;
        var takesToken = type.IsAsync && clr is [.., var last] && last == typeof(CancellationToken);
        if (takesToken)
        {
            clr.RemoveAt(clr.Count - 1);
        }
        Type? hostContext = null;
        if (clr.Count == wit.Count - own + 1 && !clr[0].IsValueType)
        {
            hostContext = clr[0];
            clr.RemoveAt(0);
        }
        if (!Method.IsStatic)
        {
            clr.Insert(0, Method.DeclaringType!);
        }
        if (clr.Count != wit.Count)
        {
            throw new ShapeMismatchException(
                $"{Describe()} takes {clr.Count} parameters, and {WitText.Of(type)} has {wit.Count} (one more may take the host context)");
        }
        var parameters = new ValueShape[wit.Count];
        for (var i = 0; i < parameters.Length; i++)
        {
            parameters[i] = Named($"parameter {wit[i].Name}", () => matcher.Match(wit[i].Type, clr[i], Direction.FromGuest));
        }
        var returned = Method.ReturnType;
        var isTask = type.IsAsync && (returned == typeof(ValueTask) || (returned.IsGenericType && returned.GetGenericTypeDefinition() == typeof(ValueTask<>)));
        if (isTask)
        {
            returned = returned.IsGenericType ? returned.GetGenericArguments()[0] : typeof(void);
        }
        if (type.Result is null != (returned == typeof(void)))
        {
            throw new ShapeMismatchException($"{Describe()} returns {ShapeMatcher.Name(returned)}, and the function {WitText.Of(type.Result)}");
        }
        var result = type.Result is null ? null : Named("result", () => matcher.Match(type.Result, returned, Direction.ToGuest));
        return new HostSignature(Method, hostContext, parameters, result) { TakesToken = takesToken, IsTask = isTask };
    }

    private ValueShape Named(string part, Func<ValueShape> match)
    {
        try
        {
            return match();
        }
        catch (ShapeMismatchException mismatch)
        {
            throw new ShapeMismatchException($"{Describe()}: {part}: {mismatch.Message}");
        }
    }

    private string Describe() => $"{Method.DeclaringType!.Name}.{Method.Name}";
}

/// <summary>A host method matched with a function type.</summary>
/// <param name="Method">The method.</param>
/// <param name="HostContext">The class of the first parameter that takes the instance's host context, or null.</param>
/// <param name="Parameters">Shapes of the function's parameters; the first of an instance method is <c>this</c>.</param>
/// <param name="Result">Shape of the result, or null.</param>
internal sealed record HostSignature(MethodInfo Method, Type? HostContext, ValueShape[] Parameters, ValueShape? Result)
{
    /// <summary>Whether its last parameter is ended when the guest does not want the result any more.</summary>
    public bool TakesToken { get; init; }

    /// <summary>Whether it gives a <see cref="ValueTask"/> and may go on after its return.</summary>
    public bool IsTask { get; init; }
}
