namespace Mik.Wasm.Objects;

/// <summary>An object of the host among those of the <c>any</c> family.</summary>
internal sealed class ExternalBox : GuestObject
{
    private static readonly nint Record = TypeRecord.Make(ObjectKind.External, [0]);

    /// <summary>The host's object.</summary>
    public readonly object Value;

    /// <summary>Makes the box.</summary>
    public ExternalBox(object value)
    {
        Type = Record;
        Value = value;
    }
}
