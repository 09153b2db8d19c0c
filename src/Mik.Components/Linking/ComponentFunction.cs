using Mik.Components.HostBinding;
using Mik.Components.Model;
using Mik.Components.Runtime;
using Mik.Wasm.Execution;

namespace Mik.Components.Linking;

/// <summary>A function of the Component Model: a guest's export, or a function of the host.</summary>
public abstract class ComponentFunction
{
    private protected ComponentFunction(string name)
    {
        Name = name;
    }

    /// <summary>A name for messages.</summary>
    public string Name { get; }

    /// <summary>Its type; null for a function of the host that takes what it is given.</summary>
    public abstract ComponentFunctionType? Type { get; }

    /// <summary>
    /// Calls the function. Values are numbers, <c>bool</c>, <c>Rune</c> and <c>string</c> as themselves; record and tuple as
    /// <c>object?[]</c>; variant, option and result as <see cref="VariantValue"/>; <c>enum</c> as the label's index (<c>int</c>);
    /// <c>flags</c> as <c>uint</c> (bit i is label i); a list as an array of its element's type (<c>list&lt;u8&gt;</c> is
    /// <c>byte[]</c>); a handle as the host's resource object or a <see cref="GuestResource"/>.
    /// </summary>
    /// <param name="arguments">One value per parameter.</param>
    /// <returns>The result, or null without one.</returns>
    /// <exception cref="ArgumentException">A value does not fit the type.</exception>
    /// <exception cref="Trap">The guest was ended.</exception>
    public abstract object? Call(params ReadOnlySpan<object?> arguments);

    /// <summary>Calls with dynamic values that fit (see <see cref="DynamicShapes"/>).</summary>
    internal abstract object? Invoke(InstanceScope? caller, object?[] arguments);
}

/// <summary>What a dynamic function of the host does: values as in <see cref="ComponentFunction.Call"/>.</summary>
/// <param name="arguments">One value per parameter.</param>
/// <returns>The result, or null without one.</returns>
public delegate object? DynamicHostFunction(ReadOnlySpan<object?> arguments);

/// <summary>A typed method of the host.</summary>
internal sealed class HostMethodFunction(string name, HostMethod method) : ComponentFunction(name)
{
    public HostMethod Method { get; } = method;

    public override ComponentFunctionType? Type => null;

    public override object? Call(params ReadOnlySpan<object?> arguments) =>
        throw new NotSupportedException($"{Name} is a typed method of the host; call it in C#");

    internal override object? Invoke(InstanceScope? caller, object?[] arguments) => Call(arguments);
}

/// <summary>A delegate of the host, with the type that the component gives it.</summary>
internal sealed class DelegateFunction(string name, ComponentFunctionType type, DynamicHostFunction function) : ComponentFunction(name)
{
    public override ComponentFunctionType Type => type;

    public override object? Call(params ReadOnlySpan<object?> arguments) => function(arguments);

    internal override object? Invoke(InstanceScope? caller, object?[] arguments)
    {
        var result = function(DynamicValues.FromLinked(type, arguments));
        return type.Result is null ? null : DynamicValues.ToLinked(type.Result, result);
    }
}
