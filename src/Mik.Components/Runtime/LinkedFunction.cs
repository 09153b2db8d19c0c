using Mik.Components.Model;

namespace Mik.Components.Runtime;

/// <summary>A function as components call it: a guest's export, or a function of the host.</summary>
internal abstract class LinkedFunction(string name)
{
    /// <summary>A name for messages.</summary>
    public string Name => name;

    /// <summary>Its type; null for a function of the host that takes what it is given.</summary>
    public abstract ComponentFunctionType? Type { get; }

    /// <summary>Calls with values as dynamic adapters take them.</summary>
    public abstract object? Invoke(InstanceScope? caller, object?[] arguments);
}
