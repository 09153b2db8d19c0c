using Mik.Components.Decoding;
using Mik.Components.Model;

namespace Mik.Components.Composition;

/// <summary>A component that takes part in a composition.</summary>
public sealed class CompositionPart
{
    /// <summary>Decodes and validates a component.</summary>
    /// <param name="name">What messages call it: usually its file name.</param>
    /// <param name="bytes">The binary; kept, not copied.</param>
    /// <exception cref="InvalidComponentException">The bytes are no valid component.</exception>
    public CompositionPart(string name, ReadOnlyMemory<byte> bytes)
    {
        Name = name;
        Bytes = bytes;
        Component = Component.Load(bytes);
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>The binary.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The decoded component.</summary>
    public Component Component { get; }
}
