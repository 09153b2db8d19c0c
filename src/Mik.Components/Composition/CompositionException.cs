namespace Mik.Components.Composition;

/// <summary>Components cannot be put together; the message names the components, the interface and what does not fit.</summary>
public sealed class CompositionException : Exception
{
    /// <summary>Makes the error.</summary>
    public CompositionException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
