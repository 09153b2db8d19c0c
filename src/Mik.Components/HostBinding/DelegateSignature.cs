using System.Reflection;
using Mik.Components.Model;

namespace Mik.Components.HostBinding;

/// <summary>A delegate type through which the host calls an export: its first parameter is the instance.</summary>
internal sealed class DelegateSignature
{
    /// <summary>Reads the delegate type.</summary>
    /// <param name="delegateType">The type.</param>
    /// <param name="instance">What an instance is for the host.</param>
    /// <exception cref="ArgumentException">Its first parameter is no instance.</exception>
    public DelegateSignature(Type delegateType, Type instance)
    {
        DelegateType = delegateType;
        var invoke = delegateType.GetMethod("Invoke", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)!;
        Type[] parameters = [.. invoke.GetParameters().Select(parameter => parameter.ParameterType)];
        if (parameters is not [var first, ..] || first != instance)
        {
            throw new ArgumentException($"{delegateType.Name} must take a {instance.Name} first", nameof(delegateType));
        }
        ParameterTypes = parameters[1..];
        ReturnType = invoke.ReturnType;
    }

    public Type DelegateType { get; }

    /// <summary>The parameters after the instance.</summary>
    public Type[] ParameterTypes { get; }

    public Type ReturnType { get; }

    /// <summary>How the delegate gives and takes the values of a function type.</summary>
    /// <exception cref="ShapeMismatchException">The signature does not fit.</exception>
    public (ValueShape[] Parameters, ValueShape? Result) Match(ComponentFunctionType type, ShapeMatcher matcher)
    {
        if (ParameterTypes.Length != type.Parameters.Count || type.Result is null != (ReturnType == typeof(void)) || ReturnType.IsByRefLike)
        {
            throw new ShapeMismatchException($"{DelegateType.Name} does not fit {WitText.Of(type)}");
        }
        return (
            [.. ParameterTypes.Select((parameter, i) => matcher.Match(type.Parameters[i].Type, parameter, Direction.ToGuest))],
            type.Result is null ? null : matcher.Match(type.Result, ReturnType, Direction.FromGuest));
    }
}
