namespace Mik.Wasm.Execution;

/// <summary>What a guest can have too much of. <see cref="LimitedResources"/> names them.</summary>
public enum LimitedResource
{
    /// <summary>Linear memory; of scripts too, whose values lie in it.</summary>
    Memory,
    /// <summary>Elements of tables.</summary>
    Tables,
    /// <summary>Instances of modules and components.</summary>
    Instances,
    /// <summary>Depth of calls.</summary>
    Stack,
    /// <summary>Handles to resources.</summary>
    Handles,
    /// <summary>Values of one call that the host takes over.</summary>
    Values,
    /// <summary>Header and trailer fields.</summary>
    Fields,
    /// <summary>Bytes of bodies that the host holds.</summary>
    Body,
    /// <summary>Timers, and events that are waited for at once.</summary>
    Timers,
    /// <summary>Outgoing requests.</summary>
    Requests,
    /// <summary>A script's calls of handlers.</summary>
    Calls,
    /// <summary>Lines and messages that a guest gives out.</summary>
    Output,
    /// <summary>Random bytes.</summary>
    Random,
    /// <summary>Structures, arrays and exceptions.</summary>
    Objects,
}

/// <summary>The names of <see cref="LimitedResource"/>, as problems, logs and the documentation say them.</summary>
public static class LimitedResources
{
    private static readonly string[] Names =
    [
        "memory", "tables", "instances", "stack", "handles", "values", "fields", "body", "timers", "requests", "calls", "output", "random", "objects",
    ];

    /// <summary>The name.</summary>
    public static string Name(LimitedResource resource) => Names[(int)resource];
}
