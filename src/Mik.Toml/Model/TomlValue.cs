namespace Mik.Toml.Model;

/// <summary>The kinds of values.</summary>
public enum TomlKind
{
    /// <summary>A string.</summary>
    String,
    /// <summary>A 64-bit integer.</summary>
    Integer,
    /// <summary>A 64-bit float.</summary>
    Float,
    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,
    /// <summary>A date and time with an offset.</summary>
    OffsetDateTime,
    /// <summary>A date and time.</summary>
    LocalDateTime,
    /// <summary>A date.</summary>
    LocalDate,
    /// <summary>A time of day.</summary>
    LocalTime,
    /// <summary>An array.</summary>
    Array,
    /// <summary>A table.</summary>
    Table,
}

/// <summary>A value of a document.</summary>
public abstract class TomlValue
{
    private protected TomlValue(TomlKind kind, TextSpan span)
    {
        Kind = kind;
        Span = span;
    }

    /// <summary>What it is.</summary>
    public TomlKind Kind { get; }

    /// <summary>Where it is written; of a table with a header, the header.</summary>
    public TextSpan Span { get; internal set; }
}

/// <summary>A string, a number, a truth value or a time.</summary>
public sealed class TomlScalar : TomlValue
{
    internal TomlScalar(TomlKind kind, TextSpan span, object value)
        : base(kind, span)
    {
        Value = value;
    }

    /// <summary>
    /// <see cref="string"/>, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>, <see cref="DateTimeOffset"/>,
    /// <see cref="DateTime"/> (no offset), <see cref="DateOnly"/> or <see cref="TimeOnly"/>, by <see cref="TomlValue.Kind"/>.
    /// Fractions of seconds keep seven digits.
    /// </summary>
    public object Value { get; }
}

/// <summary>An array.</summary>
public sealed class TomlArray : TomlValue
{
    internal TomlArray(TextSpan span, bool isOfTables)
        : base(TomlKind.Array, span)
    {
        IsOfTables = isOfTables;
    }

    /// <summary>The elements.</summary>
    public IReadOnlyList<TomlValue> Items => List;

    /// <summary>Whether it is made of <c>[[headers]]</c>.</summary>
    public bool IsOfTables { get; }

    internal List<TomlValue> List { get; } = [];
}
