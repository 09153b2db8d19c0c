using Mik.Components.Model;
using Mik.Components.Runtime;

namespace Mik.Components.HostBinding;

/// <summary>A typed method of the host: adapters call the method itself.</summary>
internal sealed class HostMethodFunction(string name, HostMethod method) : LinkedFunction(name)
{
    public HostMethod Method { get; } = method;

    public override ComponentFunctionType? Type => null;

    public override object? Invoke(InstanceScope? caller, object?[] arguments) =>
        throw new NotSupportedException($"{Name} is a typed method of the host; call it in C#");
}
