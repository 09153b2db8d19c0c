namespace Mik.Wasm.Execution;

/// <summary>
/// An exception of a guest that no guest caught. A function of the host may throw one, too, to a guest whose module knows exceptions.
/// </summary>
public sealed class GuestException : Exception
{
    /// <summary>Makes an exception for guests to catch.</summary>
    /// <param name="tag">Its tag.</param>
    /// <param name="values">One value for each parameter of the tag's type.</param>
    public GuestException(TagInstance tag, params ReadOnlySpan<WasmValue> values)
        : base("an exception of a guest")
    {
        ArgumentNullException.ThrowIfNull(tag);
        if (values.Length != tag.Type.Parameters.Length)
        {
            throw new ArgumentException($"The tag has type {tag.Type}; {values.Length} values were given.", nameof(values));
        }
        tag.Store.CheckReferences(values, tag.Type.Parameters.AsSpan());
        Tag = tag;
        Values = values.ToArray();
    }

    internal GuestException(TagInstance tag, object package, string thrower, WasmValue[] values)
        : base($"uncaught exception thrown in {thrower}")
    {
        Tag = tag;
        Package = package;
        Thrower = thrower;
        Values = values;
    }

    /// <summary>What tells it apart.</summary>
    public TagInstance Tag { get; }

    /// <summary>Its values.</summary>
    public IReadOnlyList<WasmValue> Values { get; }

    /// <summary>The function of the guest that threw it; null when the host did.</summary>
    public string? Thrower { get; }

    /// <summary>The exception as guests have it; null when it comes from the host.</summary>
    internal object? Package { get; }
}
