using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>A resource type at run time (CanonicalABI.md, "ResourceType"): one per host class, or one per definition and component instance.</summary>
internal sealed unsafe class RuntimeResource
{
    /// <summary>A resource of the host.</summary>
    public RuntimeResource(string name, Type hostClass)
    {
        Name = name;
        HostClass = hostClass;
    }

    /// <summary>A resource of a guest.</summary>
    public RuntimeResource(string name, InstanceScope implementer, FunctionReference* destructor)
    {
        Name = name;
        Implementer = implementer;
        Destructor = destructor;
    }

    /// <summary>A name for messages.</summary>
    public string Name { get; }

    /// <summary>The class of the host's objects; null for guest resources.</summary>
    public Type? HostClass { get; }

    /// <summary>The component instance that defines the resource; null for host resources.</summary>
    public InstanceScope? Implementer { get; }

    /// <summary>The destructor, or null.</summary>
    public FunctionReference* Destructor { get; }
}
