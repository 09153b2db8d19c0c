namespace Mik.Components.Runtime;

/// <summary>A resource that a guest implements, outside of any guest's handle table: what the embedding API gives and takes for its handles.</summary>
public sealed class GuestResource
{
    internal GuestResource(RuntimeResource type, int representation)
    {
        Type = type;
        Representation = representation;
    }

    /// <summary>The resource's name.</summary>
    public string Name => Type.Name;

    internal RuntimeResource Type { get; }

    internal int Representation { get; }
}
