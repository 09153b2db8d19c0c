using Mik.Components.HostBinding;
using Mik.Components.Model;
using Mik.Components.Runtime;

namespace Mik.Components.Linking;

/// <summary>What a dynamic function of the host does: values as in <see cref="ComponentFunction.Call"/>.</summary>
/// <param name="arguments">One value per parameter.</param>
/// <returns>The result, or null without one.</returns>
public delegate object? DynamicHostFunction(ReadOnlySpan<object?> arguments);

/// <summary>A delegate of the host, with the type that the component gives it.</summary>
internal sealed class DelegateFunction(string name, ComponentFunctionType type, DynamicHostFunction function) : LinkedFunction(name)
{
    public override ComponentFunctionType Type => type;

    public override object? Invoke(InstanceScope? caller, object?[] arguments)
    {
        var result = function(DynamicValues.FromLinked(type, arguments));
        return type.Result is null ? null : DynamicValues.ToLinked(type.Result, result);
    }
}
