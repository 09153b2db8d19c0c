namespace Mik.Components.HostBinding;

/// <summary>A static class that implements the free functions of a WIT interface.</summary>
/// <param name="name">Package and interface without version, such as <c>wasi:random/random</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WitInterfaceAttribute(string name) : Attribute
{
    /// <summary>Package and interface without version.</summary>
    public string Name { get; } = name;
}

/// <summary>A class that is a WIT resource; its methods, statics and constructor are matched by name.</summary>
/// <param name="interfaceName">The interface that defines the resource, without version.</param>
/// <param name="name">The resource's name in WIT.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WitResourceAttribute(string interfaceName, string name) : Attribute
{
    /// <summary>The interface that defines the resource, without version.</summary>
    public string InterfaceName { get; } = interfaceName;

    /// <summary>The resource's name in WIT.</summary>
    public string Name { get; } = name;
}

/// <summary>A case of a variant, in WIT order, on a struct that implements <see cref="IWitVariant"/>.</summary>
/// <param name="name">The case's name in WIT.</param>
/// <param name="payload">The C# type of the payload, or null.</param>
[AttributeUsage(AttributeTargets.Struct, AllowMultiple = true)]
public sealed class WitCaseAttribute(string name, Type? payload = null) : Attribute
{
    /// <summary>The case's name in WIT.</summary>
    public string Name { get; } = name;

    /// <summary>The C# type of the payload, or null.</summary>
    public Type? Payload { get; } = payload;
}

/// <summary>Overrides the WIT function name that a method stands for, where the naming rule does not give it.</summary>
/// <param name="name">The name in WIT, such as <c>[method]fields.get</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WitFunctionAttribute(string name) : Attribute
{
    /// <summary>The name in WIT.</summary>
    public string Name { get; } = name;
}

/// <summary>
/// A function of the host that gives every instance, whichever request it is for, the same answer and changes nothing, as long as the host's
/// configuration is the same. An instance that calls only such functions while it is made is like any other, and may be used again after it went back to
/// that state.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SameForAllAttribute : Attribute;
