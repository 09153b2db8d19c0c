using Mik.Components.HostBinding;
using Mik.Components.Model;
using Mik.Components.Runtime;
using Mik.Wasm.Execution;

namespace Mik.Components.Linking;

/// <summary>A function of the Component Model: a guest's export, or a function of the host.</summary>
public sealed class ComponentFunction
{
    internal ComponentFunction(LinkedFunction linked) => Linked = linked;

    /// <summary>A name for messages.</summary>
    public string Name => Linked.Name;

    /// <summary>Its type; null for a function of the host that takes what it is given.</summary>
    public ComponentFunctionType? Type => Linked.Type;

    /// <summary>What components call.</summary>
    internal LinkedFunction Linked { get; }

    /// <summary>
    /// Calls the function. Values are numbers, <c>bool</c>, <c>Rune</c> and <c>string</c> as themselves; record and tuple as
    /// <c>object?[]</c>; variant, option and result as <see cref="VariantValue"/>; <c>enum</c> as the label's index (<c>int</c>);
    /// <c>flags</c> as <c>uint</c> (bit i is label i); a list as an array of its element's type (<c>list&lt;u8&gt;</c> is
    /// <c>byte[]</c>); a handle as the host's resource object or a <see cref="GuestResource"/>.
    /// </summary>
    /// <param name="arguments">One value per parameter.</param>
    /// <returns>The result, or null without one.</returns>
    /// <exception cref="ArgumentException">A value does not fit the type.</exception>
    /// <exception cref="NotSupportedException">It is a typed method of the host.</exception>
    /// <exception cref="Trap">The guest was ended.</exception>
    public object? Call(params ReadOnlySpan<object?> arguments)
    {
        var type = Type ?? throw new NotSupportedException($"{Name} is a typed method of the host; call it in C#");
        var result = Linked.Invoke(null, DynamicValues.ToLinked(type, arguments));
        return type.Result is null ? null : DynamicValues.FromLinked(type.Result, result);
    }
}
